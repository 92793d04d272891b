/* SPDX-License-Identifier: Apache-2.0 */
/* ETSI messages of captures and vectors, value by value against tshark's JSON of the same
 * octets, in order. Skipped without tshark or the shared data.
 *
 * Left out because tshark 4.0.17 is known to be wrong or silent there: DENM with a company
 * name (reads UTF8String with a length of 5 bits), VAM and CPM of version 2 (no dissector).
 * It does not print absent members that have a default value; ours are skipped there. */
#include "test_its_help.h"

#define ETSI SHARED_DATA "/etsi/captures/"
#define USER0(what)                                                                        \
    "-o 'uat:user_dlts:\"User 0 (DLT=147)\",\"" what "\",\"0\",\"\",\"0\",\"\"' "

enum { NAMES_MAX = 6000, LEAVES_MAX = 8000, TEXT_MAX = 96 };

/* Names of numbers, as tshark has them. */
struct word {
    char field[TEXT_MAX];
    long number;
    char name[TEXT_MAX];
};
static struct word words[NAMES_MAX];
static size_t word_count;

struct leaf {
    const char *name;    /* member; "" for an item of a list */
    const json_t *value; /* ours */
    const char *field;   /* tshark's full name */
};
static struct leaf ours[LEAVES_MAX], theirs[LEAVES_MAX];
static size_t our_count, their_count;

static void add(struct leaf *leaves, size_t *count, struct leaf leaf)
{
    assert_true(*count < LEAVES_MAX);
    leaves[(*count)++] = leaf;
}

static bool ends(const char *text, const char *tail)
{
    size_t n = strlen(text);
    size_t t = strlen(tail);
    return n >= t && strcmp(text + n - t, tail) == 0;
}

static bool starts(const char *text, const char *head)
{
    return strncmp(text, head, strlen(head)) == 0;
}

/* Not a part of the value. */
static bool aside(const char *key)
{
    return ends(key, "_raw") || starts(key, "per.") || starts(key, "oer.") ||
           starts(key, "_ws.") || starts(key, "r09.");
}

static void take_ours(const char *name, const json_t *json)
{
    const char *key;
    json_t *value;
    size_t i;
    static json_t *zero;
    zero = zero ? zero : json_integer(0);
    if (json_is_object(json) && !json_object_get(json, "length")) {
        json_object_foreach((json_t *)json, key, value)
        {
            take_ours(key, value);
        }
    } else if (json_is_array(json)) {
        json_array_foreach((json_t *)json, i, value)
        {
            take_ours("", value);
        }
        if (json_array_size(json) == 0) {
            add(ours, &our_count, (struct leaf){"", zero, NULL});
        }
    } else if (!json_is_null(json)) {
        add(ours, &our_count, (struct leaf){name, json, NULL});
    }
}

/* What stands beside a `_tree`: the count of a list, the index of a choice, or bits. */
enum beside { LIST, CHOICE, BITS };
static enum beside beside(const json_t *tree)
{
    const char *key;
    json_t *value;
    size_t keys = 0;
    json_object_foreach((json_t *)tree, key, value)
    {
        if (starts(key, "Item ")) {
            return LIST;
        }
        keys += !ends(key, "_tree") && !aside(key);
    }
    return keys == 1 ? CHOICE : BITS;
}

static void take_theirs(const json_t *json)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)json, key, value)
    {
        char tree_key[256];
        const char *dot = strrchr(key, '.');
        (void)snprintf(tree_key, sizeof tree_key, "%s_tree", key);
        const json_t *tree = json_object_get(json, tree_key);
        if (aside(key) || ends(key, "_tree")) {
            continue;
        }
        if (json_is_object(value)) {
            take_theirs(value);
        } else if (tree && beside(tree) != BITS) {
            take_theirs(tree);
        } else if (json_is_string(value) && !ends(key, "_element")) {
            add(theirs, &their_count, (struct leaf){dot ? dot + 1 : key, value, key});
        }
    }
}

static bool same_name(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        if (*a != *b && !(*a == '-' && *b == '_')) {
            return false;
        }
    }
    return *a == *b;
}

static bool same_hex(const char *a, const char *colons)
{
    for (; *colons; colons++) {
        if (*colons != ':' && (!*a || strncasecmp(a++, colons, 1) != 0)) {
            return false;
        }
    }
    return !*a;
}

static bool same_leaf(const struct leaf *our, const struct leaf *their)
{
    const char *text = json_string_value(their->value);
    const json_t *value = our->value;
    if (json_is_integer(value)) {
        char number[32];
        (void)snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
        return strcmp(number, text) == 0;
    }
    if (json_is_boolean(value)) {
        bool truth = strcmp(text, "1") == 0 || strcasecmp(text, "true") == 0;
        return truth == json_is_true(value);
    }
    const char *string =
        json_string_value(json_is_object(value) ? json_object_get(value, "value") : value);
    if (!string) {
        return false;
    }
    if (strcmp(string, text) == 0 || same_hex(string, text)) {
        return true;
    }
    /* Several fields share a name: one of them must have this word. */
    for (size_t i = 0; i < word_count; i++) {
        if (words[i].number == strtol(text, NULL, 10) &&
            strcmp(words[i].field, their->field) == 0 &&
            strcmp(words[i].name, string) == 0) {
            return true;
        }
    }
    return false;
}

/* A member that is absent on the wire and has a default value. */
static bool is_default(const struct leaf *our)
{
    static const char *const names[] = {"validityDuration", "driveDirection", "refPointId",
                                        "objectConfidence", "objectRefPoint", "type",
                                        "confidence",       "direction",      "laneType"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], our->name) == 0) {
            return json_is_string(our->value) ||
                   json_integer_value(our->value) == (i == 0 ? 600 : 0);
        }
    }
    return false;
}

static void compare(struct kit *k, const json_t *packet, const char *hex)
{
    k->size = unhex(hex, k->pdu);
    if (!kit_decode(k, k->pdu, k->size) || !k->report.decoded) {
        fail_msg("%s: %s", hex, k->report.error);
    }
    json_t *json = json_loads((const char *)k->jer.data, 0, NULL);
    our_count = 0;
    their_count = 0;
    take_ours("", json);
    take_theirs(packet);
    size_t o = 0;
    for (size_t t = 0; t < their_count; t++, o++) {
        while (o < our_count && is_default(&ours[o]) &&
               !same_name(ours[o].name, theirs[t].name)) {
            o++;
        }
        if (o == our_count ||
            (ours[o].name[0] && !same_name(ours[o].name, theirs[t].name)) ||
            !same_leaf(&ours[o], &theirs[t])) {
            char *mine = o < our_count ? json_dumps(ours[o].value, JSON_ENCODE_ANY) : NULL;
            fail_msg("%s: tshark %s = %s, ours %s = %s", hex, theirs[t].field,
                     json_string_value(theirs[t].value), o < our_count ? ours[o].name : "",
                     mine ? mine : "nothing");
        }
    }
    while (o < our_count && is_default(&ours[o])) {
        o++;
    }
    assert_int_equal(o, our_count);
    json_decref(json);
}

/* Every ITS layer that tshark shows with its octets; gives their count. */
static int compare_file(struct kit *k, const char *options, const char *path)
{
    char command[1024];
    (void)snprintf(command, sizeof command,
                   "tshark -r '%s' %s-T json -x -J its -Y its 2>/dev/null", path, options);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    json_t *packets = json_loadf(pipe, 0, NULL);
    (void)pclose(pipe);
    int count = 0;
    size_t i;
    json_t *packet;
    json_array_foreach(packets, i, packet)
    {
        const json_t *layers =
            json_object_get(json_object_get(packet, "_source"), "layers");
        const char *hex =
            json_string_value(json_array_get(json_object_get(layers, "its_raw"), 0));
        struct its_info info;
        uint8_t head[ITS_HEADER_SIZE] = {0};
        char six[2 * ITS_HEADER_SIZE + 1] = {0};
        if (!hex || strlen(hex) < sizeof six) {
            continue;
        }
        memcpy(six, hex, sizeof six - 1);
        (void)unhex(six, head);
        (void)its_describe(head, sizeof head, &info);
        bool silent =
            info.message_id == 16 || (info.message_id == 14 && info.protocol_version != 1);
        if (!silent) {
            compare(k, json_object_get(layers, "its"), hex);
            count++;
        }
    }
    json_decref(packets);
    return count;
}

static int open_tshark(void **state)
{
    if (kit_open(state)) {
        return -1;
    }
    FILE *pipe = popen("tshark -G values 2>/dev/null | grep -P "
                       "'^V\t(its|itsv1|cam|camv1|denm|denmv1|dsrc|ivi|gdd|AddGrpC|cpm|"
                       "dsrc_app|erivdm)\\.'",
                       "r");
    char line[256];
    while (pipe && word_count < NAMES_MAX && fgets(line, sizeof line, pipe)) {
        struct word *w = &words[word_count];
        word_count +=
            sscanf(line, "V\t%95[^\t]\t%ld\t%95[^\n]", w->field, &w->number, w->name) == 3;
    }
    if (pipe) {
        (void)pclose(pipe);
    }
    return 0;
}

static void captures_say_what_tshark_says(void **state)
{
    struct kit *k = *state;
    static const struct {
        const char *path, *options;
        int messages;
    } files[] = {
        {ETSI "real/scapy-etsi-its_secured-cam_eth.pcapng", "", 9},
        {ETSI "real/ms-van3t_cam+cpm_eth.pcapng", "", 367},
        {ETSI "real/c-its-parser_cam_cohda-radiotap.pcap", "", 1},
        {ETSI "built/links_gn_headers_eth.pcap", "", 7},
        {ETSI "built/j2735-spat-as-spatem_user0.pcap", USER0("its"), 2},
        {ETSI "built/j2735-map-spat-srm-ssm_as-its_user0.pcap", USER0("its"), 11},
    };
    if (word_count == 0 || !k->vectors) {
        skip();
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        int count = compare_file(k, files[i].options, files[i].path);
        if (count < files[i].messages) {
            fail_msg("%s: %d messages, not %d", files[i].path, count, files[i].messages);
        }
    }
}

static void put32(FILE *file, uint32_t value)
{
    assert_int_equal(fwrite(&value, sizeof value, 1, file), 1);
}

/* A capture of user link type 0 that holds the vectors. */
static int write_vectors(struct kit *k, const char *path)
{
    FILE *file = fopen(path, "wb");
    int count = 0;
    json_t *vector;
    assert_non_null(file);
    put32(file, 0xA1B2C3D4);
    put32(file, 2 | 4 << 16);
    put32(file, 0);
    put32(file, 0);
    put32(file, 65535);
    put32(file, 147);
    while ((vector = kit_next(k, "uper-")) != NULL) {
        const char *kind = json_string_value(json_object_get(vector, "kind"));
        const char *checks = json_string_value(json_object_get(vector, "checks"));
        k->size = unhex(json_string_value(json_object_get(vector, "hex")), k->pdu);
        if (!strstr(checks, "companyName") && !strstr(kind, "vam") &&
            !strstr(kind, "cpm-pv2") && !strstr(kind, "draft")) {
            put32(file, 0);
            put32(file, 0);
            put32(file, (uint32_t)k->size);
            put32(file, (uint32_t)k->size);
            assert_int_equal(fwrite(k->pdu, 1, k->size, file), k->size);
            count++;
        }
        json_decref(vector);
    }
    assert_int_equal(fclose(file), 0);
    return count;
}

static void vectors_say_what_tshark_says(void **state)
{
    struct kit *k = *state;
    if (word_count == 0 || !k->vectors) {
        skip();
    }
    const char *path = BUILD_DIR "/tests/its_vectors.pcap";
    int written = write_vectors(k, path);
    assert_int_equal(compare_file(k, USER0("its"), path), written);
    (void)remove(path);
}

int main(void)
{
    const struct CMUnitTest its_tshark[] = {
        cmocka_unit_test(captures_say_what_tshark_says),
        cmocka_unit_test(vectors_say_what_tshark_says),
    };
    return cmocka_run_group_tests(its_tshark, open_tshark, kit_close);
}
