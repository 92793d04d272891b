/* SPDX-License-Identifier: Apache-2.0 */
/* Reads descriptors into two flat lists (messages, fields) and prints messages by them.
 * Numbers of fields are those of google/protobuf/descriptor.proto. */
#include "protojson.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "base/cursor.h"

enum { NAME_MOST = 127, MESSAGES_MOST = 1024, FIELDS_MOST = 16384, DEPTH_MOST = 16 };
#define WORK_MOST 4000000u /* wire fields looked at for one message */

enum wire { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_LENGTH = 2, WIRE_FIXED32 = 5 };

/* FieldDescriptorProto.Type */
enum type {
    TYPE_DOUBLE = 1,
    TYPE_FLOAT,
    TYPE_INT64,
    TYPE_UINT64,
    TYPE_INT32,
    TYPE_FIXED64,
    TYPE_FIXED32,
    TYPE_BOOL,
    TYPE_STRING,
    TYPE_GROUP,
    TYPE_MESSAGE,
    TYPE_BYTES,
    TYPE_UINT32,
    TYPE_ENUM,
    TYPE_SFIXED32,
    TYPE_SFIXED64,
    TYPE_SINT32,
    TYPE_SINT64,
};

struct field {
    char name[NAME_MOST + 1];
    char type_name[NAME_MOST + 1];
    uint64_t number, type;
    bool repeated;
    int message; /* of TYPE_MESSAGE, or -1 */
};

struct message {
    char name[NAME_MOST + 1]; /* full, without the leading dot */
    int first, count;         /* fields */
};

struct protojson {
    struct message *messages;
    struct field *fields;
    int message_count, field_count;
    bool broken;
};

/* One field of the wire. */
struct item {
    uint64_t number, value; /* value: also of the fixed ones */
    enum wire wire;
    struct cursor inside; /* of WIRE_LENGTH */
};

static uint64_t take_varint(struct cursor *c)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t octet = cursor_u8(c);
        value |= (uint64_t)(octet & 0x7f) << shift;
        if (octet < 0x80) {
            return value;
        }
    }
    c->torn = true;
    return 0;
}

/* False at the end and at garbage (torn). */
static bool next_item(struct cursor *c, struct item *item)
{
    if (c->torn || cursor_left(c) == 0) {
        return false;
    }
    uint64_t key = take_varint(c);
    *item = (struct item){.number = key >> 3, .wire = (enum wire)(key & 7)};
    uint64_t wire = key & 7;
    if (wire == WIRE_VARINT) {
        item->value = take_varint(c);
    } else if (wire == WIRE_FIXED64 || wire == WIRE_FIXED32) {
        item->value = cursor_le(c, wire == WIRE_FIXED64 ? 8 : 4);
    } else if (wire == WIRE_LENGTH) {
        uint64_t length = take_varint(c);
        if (length > cursor_left(c)) {
            c->torn = true;
            return false;
        }
        const uint8_t *data = cursor_take(c, (size_t)length);
        item->inside = cursor_init(data, (size_t)length);
    } else {
        c->torn = true;
    }
    return !c->torn && item->number > 0;
}

/* reading descriptors */

static void copy_name(struct protojson *s, char *to, const struct item *item)
{
    size_t size = item->inside.size;
    if (item->wire != WIRE_LENGTH || size > NAME_MOST ||
        memchr(item->inside.data, 0, size)) {
        s->broken = true;
        return;
    }
    memcpy(to, item->inside.data, size);
    to[size] = 0;
}

static void read_field(struct protojson *s, struct cursor c)
{
    struct item item;
    if (s->field_count == FIELDS_MOST) {
        s->broken = true;
        return;
    }
    struct field *field = &s->fields[s->field_count++];
    *field = (struct field){.message = -1};
    while (next_item(&c, &item)) {
        if (item.number == 1) {
            copy_name(s, field->name, &item);
        } else if (item.number == 3) {
            field->number = item.value;
        } else if (item.number == 4) {
            field->repeated = item.value == 3;
        } else if (item.number == 5) {
            field->type = item.value;
        } else if (item.number == 6) {
            copy_name(s, field->type_name, &item);
        }
    }
    s->broken = s->broken || c.torn;
}

/* The fields of one message stand together: nested types come after them. */
static void read_message(struct protojson *s, const char *scope, struct cursor c, int depth)
{
    struct item item;
    char name[NAME_MOST + 1] = "";
    if (s->message_count == MESSAGES_MOST || depth > DEPTH_MOST) {
        s->broken = true;
        return;
    }
    struct message *message = &s->messages[s->message_count++];
    message->first = s->field_count;
    for (struct cursor walk = c; next_item(&walk, &item);) {
        if (item.number == 1) {
            copy_name(s, name, &item);
        } else if (item.number == 2 && item.wire == WIRE_LENGTH) {
            read_field(s, item.inside);
        }
    }
    message->count = s->field_count - message->first;
    size_t scope_size = strlen(scope), name_size = strlen(name);
    if (scope_size + 1 + name_size > NAME_MOST) {
        s->broken = true;
        return;
    }
    memcpy(message->name, scope, scope_size);
    size_t dot = scope_size > 0 ? 1 : 0;
    message->name[scope_size] = '.';
    memcpy(message->name + scope_size + dot, name, name_size + 1);
    while (!s->broken && next_item(&c, &item)) {
        if (item.number == 3 && item.wire == WIRE_LENGTH) {
            read_message(s, message->name, item.inside, depth + 1);
        }
    }
    s->broken = s->broken || c.torn;
}

static void read_file(struct protojson *s, struct cursor c)
{
    struct item item;
    char package[NAME_MOST + 1] = "";
    for (struct cursor walk = c; next_item(&walk, &item);) {
        if (item.number == 2) {
            copy_name(s, package, &item);
        }
    }
    while (!s->broken && next_item(&c, &item)) {
        if (item.number == 4 && item.wire == WIRE_LENGTH) {
            read_message(s, package, item.inside, 0);
        }
    }
    s->broken = s->broken || c.torn;
}

int protojson_new(struct protojson **out, const uint8_t *set, size_t size,
                  struct fail *fail)
{
    struct protojson *s = calloc(1, sizeof *s);
    *out = NULL;
    if (s) {
        s->messages = calloc(MESSAGES_MOST, sizeof *s->messages);
        s->fields = calloc(FIELDS_MOST, sizeof *s->fields);
    }
    if (!s || !s->messages || !s->fields) {
        protojson_free(s);
        return fail_set(fail, RESULT_MEMORY, "no memory for a schema");
    }
    struct cursor c = cursor_init(set, size);
    struct item item;
    while (!s->broken && next_item(&c, &item)) {
        if (item.number == 1 && item.wire == WIRE_LENGTH) {
            read_file(s, item.inside);
        }
    }
    if (s->broken || c.torn || s->message_count == 0) {
        protojson_free(s);
        return fail_set(fail, RESULT_USAGE, "not a descriptor set");
    }
    for (int i = 0; i < s->field_count; i++) {
        struct field *field = &s->fields[i];
        if (field->type == TYPE_MESSAGE) {
            const char *name = field->type_name;
            field->message = protojson_find(s, name[0] == '.' ? name + 1 : name);
        }
    }
    *out = s;
    return 0;
}

static int find(const struct protojson *s, const char *name,
                int (*compare)(const char *a, const char *b))
{
    for (int i = 0; i < s->message_count; i++) {
        const char *dot = strrchr(s->messages[i].name, '.');
        if (compare(s->messages[i].name, name) == 0 ||
            (dot && compare(dot + 1, name) == 0)) {
            return i;
        }
    }
    return -1;
}

int protojson_find(const struct protojson *s, const char *message)
{
    return find(s, message, strcmp);
}

int protojson_find_kind(const struct protojson *s, const char *kind)
{
    return find(s, kind, strcasecmp);
}

/* printing */

struct print {
    const struct protojson *schema;
    struct bytes *json;
    unsigned work;
};

static bool print_message(struct print *p, int message, struct cursor c, int depth);

static enum wire wire_of(uint64_t type)
{
    switch (type) {
    case TYPE_DOUBLE:
    case TYPE_FIXED64:
    case TYPE_SFIXED64:
        return WIRE_FIXED64;
    case TYPE_FLOAT:
    case TYPE_FIXED32:
    case TYPE_SFIXED32:
        return WIRE_FIXED32;
    case TYPE_STRING:
    case TYPE_BYTES:
    case TYPE_MESSAGE:
        return WIRE_LENGTH;
    default:
        return WIRE_VARINT;
    }
}

static int64_t zigzag(uint64_t value)
{
    return (int64_t)(value >> 1 ^ (~(value & 1) + 1));
}

static void print_real(struct bytes *json, uint64_t type, uint64_t value)
{
    double number;
    if (type == TYPE_DOUBLE) {
        memcpy(&number, &value, sizeof number);
    } else {
        uint32_t low = (uint32_t)value;
        float real;
        memcpy(&real, &low, sizeof real);
        number = (double)real;
    }
    bytes_json_double(json, number);
}

static void print_text(struct bytes *json, const struct cursor *text)
{
    json_t *string = json_stringn((const char *)text->data, text->size);
    char *quoted = string ? json_dumps(string, JSON_ENCODE_ANY) : NULL;
    if (quoted) {
        bytes_text(json, quoted);
    } else { /* not UTF-8 */
        bytes_text(json, "\"");
        bytes_hex(json, text->data, text->size);
        bytes_text(json, "\"");
    }
    free(quoted);
    json_decref(string);
}

static bool print_value(struct print *p, const struct field *field, const struct item *item,
                        int depth)
{
    struct bytes *json = p->json;
    switch (field->type) {
    case TYPE_DOUBLE:
    case TYPE_FLOAT:
        print_real(json, field->type, item->value);
        return true;
    case TYPE_INT64:
    case TYPE_SFIXED64:
        bytes_format(json, "\"%" PRId64 "\"", (int64_t)item->value);
        return true;
    case TYPE_SINT64:
        bytes_format(json, "\"%" PRId64 "\"", zigzag(item->value));
        return true;
    case TYPE_UINT64:
    case TYPE_FIXED64:
        bytes_format(json, "\"%" PRIu64 "\"", item->value);
        return true;
    case TYPE_UINT32:
    case TYPE_FIXED32:
        bytes_json_uint(json, (uint32_t)item->value);
        return true;
    case TYPE_SINT32:
        bytes_json_int(json, zigzag((uint32_t)item->value));
        return true;
    case TYPE_BOOL:
        bytes_text(json, item->value ? "true" : "false");
        return true;
    case TYPE_STRING:
        print_text(json, &item->inside);
        return true;
    case TYPE_BYTES:
        bytes_text(json, "\"");
        bytes_hex(json, item->inside.data, item->inside.size);
        bytes_text(json, "\"");
        return true;
    case TYPE_MESSAGE:
        return field->message >= 0 &&
               print_message(p, field->message, item->inside, depth + 1);
    default: /* int32, sfixed32, enumerations */
        bytes_json_int(json, (int32_t)(uint32_t)item->value);
        return true;
    }
}

/* Elements of a packed field, all of one wire type. */
static bool print_packed(struct print *p, const struct field *field, struct cursor c,
                         int *n)
{
    enum wire wire = wire_of(field->type);
    while (!c.torn && cursor_left(&c) > 0) {
        struct item item = {.wire = wire};
        item.value = wire == WIRE_VARINT ? take_varint(&c)
                                         : cursor_le(&c, wire == WIRE_FIXED64 ? 8 : 4);
        bytes_text(p->json, (*n)++ ? "," : "");
        if (c.torn || p->work++ > WORK_MOST || !print_value(p, field, &item, 0)) {
            return false;
        }
    }
    return !c.torn;
}

/* All occurrences of a repeated field, or the last of a single one. */
static bool print_field(struct print *p, const struct field *field, struct cursor c,
                        int depth, bool *first)
{
    struct item item, last = {0};
    int n = 0; /* elements printed */
    bool good = true, found = false;
    while (good && p->work++ < WORK_MOST && next_item(&c, &item)) {
        bool packed = field->repeated && item.wire == WIRE_LENGTH &&
                      wire_of(field->type) != WIRE_LENGTH;
        if (item.number != field->number ||
            (!packed && item.wire != wire_of(field->type))) {
            continue;
        }
        last = item;
        if (field->repeated && !found) {
            bytes_text(p->json, *first ? "" : ",");
            bytes_json_string(p->json, field->name);
            bytes_text(p->json, ":[");
            *first = false;
        }
        found = true;
        if (packed) {
            good = print_packed(p, field, item.inside, &n);
        } else if (field->repeated) {
            bytes_text(p->json, n++ ? "," : "");
            good = print_value(p, field, &item, depth);
        }
    }
    good = good && !c.torn && p->work < WORK_MOST;
    if (good && found && field->repeated) {
        bytes_text(p->json, "]");
    } else if (good && found) {
        bytes_text(p->json, *first ? "" : ",");
        bytes_json_string(p->json, field->name);
        bytes_text(p->json, ":");
        *first = false;
        good = print_value(p, field, &last, depth);
    }
    return good;
}

static bool print_message(struct print *p, int message, struct cursor c, int depth)
{
    const struct message *m = &p->schema->messages[message];
    bool first = true, good = depth <= DEPTH_MOST;
    bytes_text(p->json, "{");
    for (int i = 0; good && i < m->count; i++) {
        good = print_field(p, &p->schema->fields[m->first + i], c, depth, &first);
    }
    bytes_text(p->json, "}");
    return good;
}

bool protojson_print(const struct protojson *schema, int message, const uint8_t *data,
                     size_t size, struct bytes *json)
{
    struct print p = {.schema = schema, .json = json};
    size_t before = json->size;
    struct cursor walk = cursor_init(data, size);
    struct item item;
    while (next_item(&walk, &item)) {
    }
    bool good = message >= 0 && message < schema->message_count && !walk.torn &&
                cursor_left(&walk) == 0 &&
                print_message(&p, message, cursor_init(data, size), 0);
    if (!good) {
        json->size = before;
    }
    return good && !json->failed;
}

void protojson_free(struct protojson *schema)
{
    if (schema) {
        free(schema->messages);
        free(schema->fields);
        free(schema);
    }
}
