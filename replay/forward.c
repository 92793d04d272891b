/* SPDX-License-Identifier: Apache-2.0 */
/* Immediate forward text, see forward.h. Fuzz target: fuzz_frames. */
#include "replay/forward.h"

#include "base/bytes.h"
#include "replay/wsmp.h"

struct text {
    const uint8_t *at;
    size_t size;
};

static bool blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == 0;
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 'a' - 'A') : c;
}

static struct text trim(struct text t)
{
    while (t.size > 0 && blank(t.at[0])) {
        t.at++;
        t.size--;
    }
    while (t.size > 0 && blank(t.at[t.size - 1])) {
        t.size--;
    }
    return t;
}

static bool same(struct text t, const char *word)
{
    size_t n = strlen(word);
    if (t.size != n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (lower(t.at[i]) != lower((uint8_t)word[i])) {
            return false;
        }
    }
    return true;
}

static struct text take_line(struct cursor *c)
{
    struct text line = {c->data + c->at, 0};
    while (cursor_left(c) > 0) {
        if (cursor_u8(c) == '\n') {
            break;
        }
        line.size++;
    }
    return trim(line);
}

/* Splits at the first equals sign; false if there is none. */
static bool split(struct text line, struct text *key, struct text *value)
{
    for (size_t i = 0; i < line.size; i++) {
        if (line.at[i] == '=') {
            *key = trim((struct text){line.at, i});
            *value = trim((struct text){line.at + i + 1, line.size - i - 1});
            return true;
        }
    }
    return false;
}

/* Hex with blanks allowed between digits, "0x" in front allowed. False unless whole octets
 * that fit; size counts them. */
static bool unhex(struct text t, uint8_t *out, size_t room, size_t *size)
{
    *size = 0;
    size_t digits = 0;
    unsigned octet = 0;
    size_t i = t.size > 2 && t.at[0] == '0' && lower(t.at[1]) == 'x' ? 2 : 0;
    for (; i < t.size; i++) {
        int value = bytes_hex_digit(t.at[i]);
        if (value < 0) {
            if (blank(t.at[i])) {
                continue;
            }
            return false;
        }
        octet = octet << 4 | (unsigned)value;
        if (++digits % 2 == 0) {
            if (*size == room) {
                return false;
            }
            out[(*size)++] = (uint8_t)octet;
        }
    }
    return digits > 0 && digits % 2 == 0;
}

static bool number(struct text t, uint32_t most, uint32_t *out)
{
    uint32_t value = 0;
    for (size_t i = 0; i < t.size; i++) {
        if (t.at[i] < '0' || t.at[i] > '9' || value > most) {
            return false;
        }
        value = value * 10 + (uint32_t)(t.at[i] - '0');
    }
    *out = value;
    return t.size > 0 && value <= most;
}

/* PSIDs stand p-encoded in hex: 0x20, 0x8002, 0xE0000017. */
static void note_psid(struct text value, struct forward_facts *out)
{
    uint8_t octets[4], used;
    size_t size;
    if (unhex(value, octets, sizeof octets, &size)) {
        struct cursor c = cursor_init(octets, size);
        out->has_psid = wsmp_take_psid(&c, &out->psid, &used) && used == size;
    }
}

static void note(struct text key, struct text value, struct forward_facts *out)
{
    uint32_t n;
    if (same(key, "Type")) {
        size_t size = value.size < sizeof out->type ? value.size : sizeof out->type - 1;
        for (size_t i = 0; i < size; i++) {
            bool printable = value.at[i] >= 0x20 && value.at[i] < 0x7f;
            out->type[i] = '?';
            if (printable) {
                out->type[i] = (char)value.at[i];
            }
        }
        out->type[size] = 0;
    } else if (same(key, "PSID")) {
        note_psid(value, out);
    } else if (same(key, "TxChannel")) {
        out->has_channel = value.size > 0;
        out->channel = number(value, UINT16_MAX, &n) ? (uint16_t)n : 0;
    } else if (same(key, "Priority") && number(value, 7, &n)) {
        out->has_priority = true;
        out->priority = (uint8_t)n;
    } else if (same(key, "Signature")) {
        out->sign = same(value, "True");
    } else if (same(key, "Encryption")) {
        out->encrypt = same(value, "True");
    }
}

bool forward_looks(const uint8_t *octets, size_t size)
{
    struct cursor c = cursor_init(octets, size);
    for (int lines = 0; lines < 32 && cursor_left(&c) > 0; lines++) {
        struct text key, value, line = take_line(&c);
        if (line.size == 0 || line.at[0] == '#' || line.at[0] == ';') {
            continue;
        }
        return split(line, &key, &value) && (same(key, "Version") || same(key, "Type") ||
                                             same(key, "PSID") || same(key, "Payload"));
    }
    return false;
}

bool forward_walk(struct walk *w, struct forward_facts *out,
                  uint8_t payload[FORWARD_PAYLOAD_MAX], size_t *size)
{
    if (!walk_enter(w, LAYER_FORWARD)) {
        return false;
    }
    size_t start = w->c.at;
    bool found = false;
    while (cursor_left(&w->c) > 0) {
        struct text key, value, line = take_line(&w->c);
        if (line.size == 0 || line.at[0] == '#' || line.at[0] == ';' ||
            !split(line, &key, &value)) {
            continue;
        }
        if (!same(key, "Payload")) {
            note(key, value, out);
            continue;
        }
        out->hex_offset = (size_t)(value.at - w->c.data);
        out->hex_size = value.size;
        if (found || !unhex(value, payload, FORWARD_PAYLOAD_MAX, size)) {
            return walk_fail(w, REASON_FORWARD_TEXT, out->hex_offset);
        }
        found = true;
    }
    return found || walk_fail(w, REASON_FORWARD_TEXT, start);
}
