/* SPDX-License-Identifier: Apache-2.0 */
/* JSON to structures: the counterpart of the printer. In: a JSON value and a type
 * descriptor. Out: a structure in the turn arena that keeps every bound, or the path of the
 * member that does not. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "asn1/jer_build.h"
#include "asn1/open_types.h"
#include "asn1/pdu.h"
#include "asn1/si.h"

static int build_value(struct build *b, asn_TYPE_descriptor_t *td, const json_t *json,
                       void *at);

/* Adds to the path; returns what to give to path_cut afterwards. */
static size_t path_add(struct build *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static size_t path_add(struct build *b, const char *format, ...)
{
    size_t used = strlen(b->path);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(b->path + used, sizeof b->path - used, format, args);
    va_end(args);
    return used;
}

static void path_cut(struct build *b, size_t used)
{
    b->path[used] = 0;
}

static size_t struct_size(const asn_TYPE_descriptor_t *td)
{
    switch (pdu_kind(td)) {
    case PDU_BOOLEAN:
        return sizeof(BOOLEAN_t);
    case PDU_INTEGER:
    case PDU_ENUMERATED:
        return sizeof(long);
    case PDU_NULL:
        return sizeof(int); /* asn1c's NULL_t */
    case PDU_BITS:
        return sizeof(BIT_STRING_t);
    case PDU_OCTETS:
    case PDU_OID:
    case PDU_RELATIVE_OID:
    case PDU_TEXT:
    case PDU_UTF8:
        return sizeof(OCTET_STRING_t);
    case PDU_SEQUENCE:
        return (size_t)((const asn_SEQUENCE_specifics_t *)td->specifics)->struct_size;
    case PDU_LIST:
        return (size_t)((const asn_SET_OF_specifics_t *)td->specifics)->struct_size;
    case PDU_CHOICE:
        return (size_t)((const asn_CHOICE_specifics_t *)td->specifics)->struct_size;
    }
    return 0;
}

/* Memory for a member that is held by pointer, or its place inside the container. */
static void *build_place(asn_TYPE_member_t *member, void *container)
{
    char *here = (char *)container + member->memb_offset;
    if (member->flags & ATF_POINTER) {
        void *fresh = turn_calloc(1, struct_size(member->type));
        memcpy(here, &fresh, sizeof fresh);
        return fresh;
    }
    return here;
}

/* The content of an open type: {"TypeName": value} for a known id, else hex. */
static int build_open(struct build *b, const struct open_type *open, void *container,
                      const json_t *json, OCTET_STRING_t *at)
{
    const long *id = pdu_member(open->id, container);
    asn_TYPE_descriptor_t *type = open_type_for(open, *id);
    if (!type || json_is_string(json)) {
        size_t size = 0;
        int code = jer_hex(b, json, &at->buf, &size);
        at->size = (int)size;
        return code;
    }
    const json_t *inside = json_object_get(json, type->name);
    if (!inside || json_object_size(json) != 1) {
        return jer_fail(b, "must be {\"%s\": value} for id %ld", type->name, *id);
    }
    size_t used = path_add(b, ".%s", type->name);
    void *value = turn_calloc(1, struct_size(type));
    int code = value ? build_value(b, type, inside, value) : jer_memory(b);
    const uint8_t *octets = NULL;
    size_t size = 0;
    if (!code) {
        code = pdu_encode(type, value, &octets, &size, b->fail);
    }
    at->buf = (uint8_t *)octets;
    at->size = (int)size;
    path_cut(b, used);
    return code;
}

static void member_key(const struct build *b, const asn_TYPE_member_t *member, char *key,
                       size_t room)
{
    (void)snprintf(key, room, "%s%s", member->name,
                   b->form == JER_SI ? si_suffix(member->type) : "");
}

/* Is this the name of a member, or of a member of an extension group? */
static bool has_member(const struct build *b, const asn_TYPE_descriptor_t *td,
                       const char *name)
{
    for (int i = 0; i < td->elements_count; i++) {
        char key[96];
        if (pdu_is_group(&td->elements[i])) {
            if (has_member(b, td->elements[i].type, name)) {
                return true;
            }
            continue;
        }
        member_key(b, &td->elements[i], key, sizeof key);
        if (strcmp(key, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Every name in the object must be a member. */
static int build_strangers(struct build *b, const asn_TYPE_descriptor_t *td,
                           const json_t *json)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)json, name, value)
    {
        if (!has_member(b, td, name)) {
            return jer_fail(b, "%s has no member \"%.60s\"", td->name, name);
        }
    }
    return 0;
}

/* Does the object hold any member of this group? */
static bool has_any(const struct build *b, const asn_TYPE_descriptor_t *group,
                    const json_t *json)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)json, name, value)
    {
        if (has_member(b, group, name)) {
            return true;
        }
    }
    return false;
}

static int build_members(struct build *b, const asn_TYPE_descriptor_t *td,
                         const json_t *json, void *at);

/* A group's members are taken from the object of its container. */
static int build_group(struct build *b, asn_TYPE_member_t *member, const json_t *json,
                       void *at)
{
    if (!has_any(b, member->type, json)) {
        return 0;
    }
    void *place = build_place(member, at);
    return place ? build_members(b, member->type, json, place) : jer_memory(b);
}

static int build_members(struct build *b, const asn_TYPE_descriptor_t *td,
                         const json_t *json, void *at)
{
    struct open_type open = {0};
    (void)open_type_of(td, &open);
    int code = 0;
    for (int i = 0; !code && i < td->elements_count; i++) {
        asn_TYPE_member_t *member = &td->elements[i];
        char key[96];
        if (pdu_is_group(member)) {
            code = build_group(b, member, json, at);
            continue;
        }
        member_key(b, member, key, sizeof key);
        const json_t *inside = json_object_get(json, key);
        if (!inside && member->optional) {
            continue;
        }
        size_t used = path_add(b, ".%s", key);
        void *place = inside ? build_place(member, at) : NULL;
        if (!inside) {
            code = jer_fail(b, "is missing");
        } else if (!place) {
            code = jer_memory(b);
        } else if (member == open.value) {
            code = build_open(b, &open, at, inside, place);
        } else {
            code = build_value(b, member->type, inside, place);
        }
        path_cut(b, used);
    }
    return code;
}

static int build_sequence(struct build *b, const asn_TYPE_descriptor_t *td,
                          const json_t *json, void *at)
{
    if (!json_is_object(json)) {
        return jer_fail(b, "must be an object");
    }
    int code = build_strangers(b, td, json);
    return code ? code : build_members(b, td, json, at);
}

static int build_list(struct build *b, const asn_TYPE_descriptor_t *td, const json_t *json,
                      void *at)
{
    asn_TYPE_descriptor_t *element = td->elements[0].type;
    size_t count = json_array_size(json);
    if (!json_is_array(json)) {
        return jer_fail(b, "must be a list");
    }
    int code = jer_size(b, td, count, "items");
    for (size_t i = 0; !code && i < count; i++) {
        size_t used = path_add(b, "[%zu]", i);
        void *item = turn_calloc(1, struct_size(element));
        if (!item || asn_set_add(at, item) != 0) {
            code = jer_memory(b);
        } else {
            code = build_value(b, element, json_array_get(json, i), item);
        }
        path_cut(b, used);
    }
    return code;
}

static int build_choice(struct build *b, const asn_TYPE_descriptor_t *td,
                        const json_t *json, void *at)
{
    const asn_CHOICE_specifics_t *specs = td->specifics;
    const char *name = json_object_iter_key(json_object_iter((json_t *)json));
    if (!json_is_object(json) || json_object_size(json) != 1) {
        return jer_fail(b, "must be {\"alternative\": value}");
    }
    for (int i = 0; i < td->elements_count; i++) {
        asn_TYPE_member_t *member = &td->elements[i];
        char key[96];
        member_key(b, member, key, sizeof key);
        if (strcmp(key, name) != 0) {
            continue;
        }
        unsigned present = (unsigned)i + 1;
        memcpy((char *)at + specs->pres_offset, &present, sizeof present);
        size_t used = path_add(b, ".%s", key);
        void *place = build_place(member, at);
        int code = place ? build_value(b, member->type, json_object_get(json, name), place)
                         : jer_memory(b);
        path_cut(b, used);
        return code;
    }
    return jer_fail(b, "%s has no alternative \"%.60s\"", td->name, name);
}

static int build_value(struct build *b, asn_TYPE_descriptor_t *td, const json_t *json,
                       void *at)
{
    enum pdu_kind kind = pdu_kind(td);
    if (kind == PDU_SEQUENCE) {
        return build_sequence(b, td, json, at);
    }
    if (kind == PDU_LIST) {
        return build_list(b, td, json, at);
    }
    if (kind == PDU_CHOICE) {
        return build_choice(b, td, json, at);
    }
    return jer_primitive(b, td, json, at);
}

void *jer_build(asn_TYPE_descriptor_t *td, const json_t *json, enum jer_form form,
                struct fail *fail)
{
    struct build b = {.form = form, .fail = fail};
    (void)path_add(&b, "%s", td->name);
    void *value = turn_calloc(1, struct_size(td));
    if (!value) {
        (void)jer_memory(&b);
        return NULL;
    }
    return build_value(&b, td, json, value) == 0 ? value : NULL;
}
