/* SPDX-License-Identifier: Apache-2.0 */
/* UPER sequences, decoded in place of asn1c's own decoder.
 *
 * In: a bit stream and a type descriptor. Out: the structure asn1c would have built, the
 * bounds of every member checked, unknown extension additions skipped and told (X.691,
 * 19.7-19.9: each is an open type, so its length is all one needs), and after a failure the
 * bit and the path where it began. */
#include <assert.h>
#include <string.h>

#include "asn1/open_types.h"
#include "asn1/pdu_types.h"
#include "asn1/trace.h"
#include "asn1/turn.h"

#include <per_support.h>

#include <TimeMark.h>

enum { SEQUENCE_OPTIONAL_MAX = 64, SEQUENCE_ADDITIONS_MAX = 64 };

struct sequence {
    asn_codec_ctx_t *context;
    asn_TYPE_descriptor_t *td;
    const asn_SEQUENCE_specifics_t *specs;
    void *value;
    asn_per_data_t *bits;
    struct trace *trace;
};

static bool sequence_broken(struct sequence *s, const char *why)
{
    trace_fail(s->trace, s->bits->moved, "%s", why);
    return false;
}

static bool sequence_starved(struct sequence *s)
{
    s->trace->truncated = true;
    return sequence_broken(s, "ends inside");
}

/* TimeMark had 36001 for "unknown" until the edition of 2020 widened it. */
enum { TIME_MARK_2016_MAX = 36001 };

static void sequence_note_edition(struct trace *trace, int year)
{
    trace->edition = year > trace->edition ? year : trace->edition;
}

/* One member from `bits`; its bounds are checked at once, while its first bit is known. */
static bool sequence_member(struct sequence *s, asn_TYPE_member_t *member,
                            asn_per_data_t *bits)
{
    void *here = (char *)s->value + member->memb_offset;
    void **at = member->flags & ATF_POINTER ? (void **)here : &here;
    size_t first_bit = bits->moved;
    trace_push(s->trace, member->name, member->type, at);
    asn_dec_rval_t rv = member->type->uper_decoder(s->context, member->type,
                                                   member->per_constraints, at, bits);
    bool fine = rv.code == RC_OK;
    if (!fine) {
        if (rv.code == RC_WMORE && !s->trace->failed) {
            s->trace->truncated = true;
        }
        /* A number or name that does not exist is told at its first bit. */
        bool simple = rv.code == RC_FAIL && pdu_kind(member->type) < PDU_SEQUENCE;
        trace_fail(s->trace, simple ? first_bit : bits->moved, "%s",
                   turn_current()->exhausted ? "takes more memory than a message may"
                   : rv.code == RC_WMORE     ? "ends inside"
                                             : "is not a value of this type");
    } else {
        const char *why = pdu_check(member->type, *at);
        if (why) {
            trace_fail(s->trace, first_bit, "%s", why);
            fine = false;
        } else if (member->type == &asn_DEF_TimeMark &&
                   *(const TimeMark_t *)*at > TIME_MARK_2016_MAX) {
            sequence_note_edition(s->trace, 2020);
        }
    }
    trace_pop(s->trace);
    return fine;
}

/* An absent member with a default value has that value. */
static bool sequence_default(struct sequence *s, asn_TYPE_member_t *member)
{
    void *here = (char *)s->value + member->memb_offset;
    void **at = member->flags & ATF_POINTER ? (void **)here : &here;
    return !member->default_value || member->default_value(1, at) == 0 ||
           sequence_broken(s, "takes more memory than a message may");
}

static bool sequence_root(struct sequence *s)
{
    bool present[SEQUENCE_OPTIONAL_MAX] = {0};
    assert(s->specs->roms_count <= SEQUENCE_OPTIONAL_MAX);
    for (int i = 0; i < s->specs->roms_count; i++) {
        int bit = per_get_few_bits(s->bits, 1);
        if (bit < 0) {
            return sequence_starved(s);
        }
        present[i] = bit == 1;
    }
    int optional = 0;
    int root = s->specs->ext_before >= 0 ? s->specs->ext_after + 1 : s->td->elements_count;
    for (int i = 0; i < root; i++) {
        asn_TYPE_member_t *member = &s->td->elements[i];
        if (member->optional && !present[optional++]) {
            if (!sequence_default(s, member)) {
                return false;
            }
            continue;
        }
        if (!sequence_member(s, member, s->bits)) {
            return false;
        }
    }
    return true;
}

/* The length of an open type in octets, -1 if torn, fragmented or longer than the rest. */
static ssize_t sequence_open_length(struct sequence *s)
{
    int repeat = 0;
    ssize_t octets = uper_get_length(s->bits, -1, &repeat);
    if (octets < 0) {
        (void)sequence_starved(s);
        return -1;
    }
    if (repeat) {
        (void)sequence_broken(s, "is fragmented");
        return -1;
    }
    if ((size_t)octets * 8 > s->bits->nbits - s->bits->nboff) {
        (void)sequence_starved(s);
        return -1;
    }
    return octets;
}

static void sequence_advance(asn_per_data_t *bits, size_t count)
{
    bits->nboff += count;
    bits->moved += count;
    bits->buffer += bits->nboff >> 3;
    bits->nbits -= bits->nboff & ~(size_t)7;
    bits->nboff &= 7;
}

static bool sequence_known_addition(struct sequence *s, asn_TYPE_member_t *member)
{
    ssize_t octets = sequence_open_length(s);
    if (octets < 0) {
        return false;
    }
    asn_per_data_t inner = *s->bits;
    size_t end = s->bits->moved + (size_t)octets * 8;
    inner.nbits = inner.nboff + (size_t)octets * 8;
    if (!sequence_member(s, member, &inner)) {
        return false;
    }
    if (end - inner.moved >= 8 && !(octets == 1 && inner.moved == s->bits->moved)) {
        s->bits->moved = inner.moved;
        return sequence_broken(s, "an addition is longer than its value");
    }
    sequence_advance(s->bits, (size_t)octets * 8);
    return true;
}

static bool sequence_additions(struct sequence *s)
{
    bool present[SEQUENCE_ADDITIONS_MAX] = {0};
    ssize_t count = uper_get_nslength(s->bits);
    if (count < 0) {
        return sequence_starved(s);
    }
    if (count > SEQUENCE_ADDITIONS_MAX) {
        return sequence_broken(s, "has more than 64 extension additions");
    }
    for (ssize_t i = 0; i < count; i++) {
        int bit = per_get_few_bits(s->bits, 1);
        if (bit < 0) {
            return sequence_starved(s);
        }
        present[i] = bit == 1;
    }
    int known = s->td->elements_count - (s->specs->ext_after + 1);
    for (int i = 0; i < (int)count; i++) {
        if (!present[i]) {
            continue;
        }
        if (i < known) {
            if (!sequence_known_addition(s,
                                         &s->td->elements[s->specs->ext_after + 1 + i])) {
                return false;
            }
            sequence_note_edition(s->trace, 2024); /* J2735 has no older additions */
            continue;
        }
        ssize_t octets = sequence_open_length(s);
        if (octets < 0) {
            return false;
        }
        trace_skip(s->trace, s->td->name, i, (size_t)octets);
        sequence_advance(s->bits, (size_t)octets * 8);
    }
    return true;
}

static bool sequence_decode(struct sequence *s)
{
    int extended = 0;
    if (s->specs->ext_before >= 0) {
        extended = per_get_few_bits(s->bits, 1);
        if (extended < 0) {
            return sequence_starved(s);
        }
    }
    if (!sequence_root(s)) {
        return false;
    }
    if (!open_types_decode(s->context, s->td, s->value, s->bits, s->trace)) {
        return false;
    }
    return !extended || sequence_additions(s);
}

asn_dec_rval_t sequence_decode_uper(asn_codec_ctx_t *context, asn_TYPE_descriptor_t *td,
                                    asn_per_constraints_t *constraints, void **value,
                                    asn_per_data_t *bits)
{
    asn_dec_rval_t rv = {RC_FAIL, 0};
    struct turn *turn = turn_current();
    (void)constraints;
    assert(turn && turn->trace);
    struct sequence s = {.context = context,
                         .td = td,
                         .specs = td->specifics,
                         .bits = bits,
                         .trace = turn->trace};
    if (!*value) {
        *value = turn_calloc(1, (size_t)s.specs->struct_size);
    }
    s.value = *value;
    if (!s.value) {
        (void)sequence_broken(&s, "takes more memory than a message may");
        return rv;
    }
    rv.code = sequence_decode(&s) ? RC_OK : RC_FAIL;
    return rv;
}
