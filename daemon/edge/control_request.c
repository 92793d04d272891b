/* SPDX-License-Identifier: Apache-2.0 */
/* Words or JSON to a command. Numbers are read by the JSON reader in both, so that no
 * locale matters. */
#include "edge/control_request.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "edge/pace.h"

static const char *const words[CONTROL_COMMAND_COUNT] = {
#define X(name, word) word,
    CONTROL_COMMANDS(X)
#undef X
};

const char *control_command_word(enum control_command command)
{
    return words[command];
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Printable text without control characters; jansson has checked that JSON is UTF-8. */
static int set_text(struct control_request *request, const char *text, struct fail *fail)
{
    size_t length = strlen(text);
    if (length == 0 || length > CONTROL_TEXT_MOST) {
        return fail_set(fail, RESULT_USAGE, "%s: needs a text of 1 to %d octets",
                        words[request->command], CONTROL_TEXT_MOST);
    }
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) {
            return fail_set(fail, RESULT_USAGE, "%s: control character at %zu",
                            words[request->command], i);
        }
    }
    memcpy(request->text, text, length + 1);
    return 0;
}

static int set_speed(struct control_request *request, const json_t *value,
                     struct fail *fail)
{
    if (json_is_string(value) && strcmp(json_string_value(value), "max") == 0) {
        request->speed = PACE_MAX;
        return 0;
    }
    double speed = json_number_value(value);
    if (!json_is_number(value) ||
        !(speed >= PACE_SPEED_LEAST && speed <= PACE_SPEED_MOST)) {
        return fail_set(fail, RESULT_USAGE, "speed: needs %g to %g, or max",
                        PACE_SPEED_LEAST, PACE_SPEED_MOST);
    }
    request->speed = speed;
    return 0;
}

static int set_tier(struct control_request *request, const json_t *value, struct fail *fail)
{
    const char *text = json_string_value(value);
    if (text && (text[0] == 'd' || text[0] == 'D') && text[1] >= '0' && text[1] <= '5' &&
        text[2] == 0) {
        request->tier = text[1] - '0';
        return 0;
    }
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || number > 5) {
        return fail_set(fail, RESULT_USAGE, "tier: needs d0 to d5");
    }
    request->tier = (int)number;
    return 0;
}

static int set_missing(struct control_request *request, const json_t *value,
                       struct fail *fail)
{
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 1) {
        return fail_set(fail, RESULT_USAGE, "gaps: needs a topic and how many are missing");
    }
    request->missing = (uint64_t)number;
    return 0;
}

/* `value` may be NULL (not given); `topic` only of gaps. */
static int set_argument(struct control_request *request, const json_t *value,
                        const char *topic, struct fail *fail)
{
    switch (request->command) {
    case CONTROL_SPEED:
        return set_speed(request, value, fail);
    case CONTROL_TIER:
        return set_tier(request, value, fail);
    case CONTROL_FAULT:
        return set_text(request, json_is_string(value) ? json_string_value(value) : "",
                        fail);
    case CONTROL_GAPS:
        if (set_missing(request, value, fail) != 0) {
            return fail->code;
        }
        return set_text(request, topic ? topic : "", fail);
    case CONTROL_STATUS:
    case CONTROL_PAUSE:
    case CONTROL_RESUME:
    case CONTROL_STOP:
    case CONTROL_SCHEMA:
    case CONTROL_MANIFEST:
    case CONTROL_COMMAND_COUNT:
    default:
        return value ? fail_set(fail, RESULT_USAGE, "%s: takes no argument",
                                words[request->command])
                     : 0;
    }
}

static int set_command(struct control_request *request, const char *word, size_t length,
                       struct fail *fail)
{
    for (int i = 0; i < CONTROL_COMMAND_COUNT; i++) {
        if (strlen(words[i]) == length && memcmp(words[i], word, length) == 0) {
            request->command = (enum control_command)i;
            return 0;
        }
    }
    char shown[32];
    size_t n = 0;
    for (; n < length && n < sizeof shown - 1; n++) {
        shown[n] = word[n] >= 0x20 && word[n] < 0x7f ? word[n] : '?';
    }
    shown[n] = 0;
    return fail_set(
        fail, RESULT_USAGE,
        "unknown command \"%s\": status, pause, resume, speed, tier, fault, stop, "
        "schema, manifest or gaps",
        shown);
}

static int parse_object(const json_t *object, struct control_request *request,
                        struct fail *fail)
{
    const json_t *word = json_object_get(object, "cmd");
    if (!json_is_string(word)) {
        return fail_set(fail, RESULT_USAGE,
                        "a request is {\"cmd\":\"...\"} or plain words");
    }
    if (set_command(request, json_string_value(word), json_string_length(word), fail) !=
        0) {
        return fail->code;
    }
    const json_t *value = json_object_get(object, "value");
    const char *topic = json_string_value(json_object_get(object, "topic"));
    size_t known = 1u + (value ? 1u : 0u) + (topic ? 1u : 0u);
    if (json_object_size(object) != known || (topic && request->command != CONTROL_GAPS)) {
        return fail_set(fail, RESULT_USAGE, "%s: unknown member", words[request->command]);
    }
    return set_argument(request, value, topic, fail);
}

static int parse_json(const char *text, size_t size, struct control_request *request,
                      struct fail *fail)
{
    json_error_t error;
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        return fail_set(fail, RESULT_USAGE, "not JSON at offset %d", error.position);
    }
    int result = parse_object(root, request, fail);
    json_decref(root);
    return result;
}

/* A bare word as a JSON value: a number if it reads as one, else a string; NULL if neither.
 */
static json_t *word_value(const char *word, size_t length)
{
    json_t *value = json_loadb(word, length, JSON_DECODE_ANY, NULL);
    if (value && json_is_number(value)) {
        return value;
    }
    json_decref(value);
    return json_stringn(word, length);
}

static int parse_words(const char *text, size_t size, struct control_request *request,
                       struct fail *fail)
{
    size_t end = 0;
    while (end < size && !is_space(text[end])) {
        end++;
    }
    if (set_command(request, text, end, fail) != 0) {
        return fail->code;
    }
    size_t at = end;
    while (at < size && is_space(text[at])) {
        at++;
    }
    char topic[CONTROL_TEXT_MOST + 1] = "";
    if (request->command == CONTROL_GAPS) {
        size_t n = 0;
        while (at < size && !is_space(text[at]) && text[at] != 0 && n < CONTROL_TEXT_MOST) {
            topic[n++] = text[at++];
        }
        topic[n] = 0;
        while (at < size && is_space(text[at])) {
            at++;
        }
    }
    json_t *value = NULL;
    if (at < size) {
        value = request->command == CONTROL_FAULT ? json_stringn(text + at, size - at)
                                                  : word_value(text + at, size - at);
        if (!value) {
            return fail_set(fail, RESULT_USAGE, "%s: argument is not UTF-8",
                            words[request->command]);
        }
    }
    int result = set_argument(request, value, topic, fail);
    json_decref(value);
    return result;
}

int control_request_parse(const uint8_t *data, size_t size, struct control_request *request,
                          struct fail *fail)
{
    memset(request, 0, sizeof *request);
    if (size > CONTROL_REQUEST_MOST) {
        return fail_set(fail, RESULT_USAGE, "request of %zu octets: at most %d", size,
                        CONTROL_REQUEST_MOST);
    }
    const char *text = (const char *)data;
    while (size > 0 && is_space(text[0])) {
        text++;
        size--;
    }
    while (size > 0 && (is_space(text[size - 1]) || text[size - 1] == 0)) {
        size--;
    }
    if (size == 0) {
        return fail_set(fail, RESULT_USAGE, "empty request");
    }
    return text[0] == '{' ? parse_json(text, size, request, fail)
                          : parse_words(text, size, request, fail);
}
