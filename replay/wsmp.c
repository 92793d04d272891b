/* SPDX-License-Identifier: Apache-2.0 */
/* WSMP headers, see wsmp.h. Fuzz target: fuzz_frames. */
#include "replay/wsmp.h"

enum {
    ELEMENT_POWER = 4,
    ELEMENT_CHANNEL = 15,
    ELEMENT_RATE = 16,
    OPTION_INDICATOR = 0x08,
    T_EXTENSIONS = 0x01
};

/* First value of the 1, 2, 3 and 4 octet PSIDs (IEEE 1609.12, p-encoding). */
static const uint32_t psid_base[5] = {0, 0x80, 0x4080, 0x204080, 0x10204080};

bool wsmp_take_psid(struct cursor *c, uint32_t *psid, uint8_t *octets)
{
    uint8_t first = cursor_peek(c, 0);
    if (first >= 0xf0) {
        return false;
    }
    uint8_t n = first < 0x80 ? 1 : first < 0xc0 ? 2 : first < 0xe0 ? 3 : 4;
    uint32_t raw = (uint32_t)cursor_be(c, n);
    uint32_t bits = 7u * n;
    *octets = n;
    *psid = (raw & ((UINT32_C(1) << bits) - 1)) + psid_base[n - 1];
    return !c->torn;
}

size_t wsmp_put_psid(uint32_t psid, uint8_t octets[4])
{
    static const uint8_t prefix[5] = {0, 0x00, 0x80, 0xc0, 0xe0};
    size_t n = 1;
    while (n <= 4 && psid >= psid_base[n]) {
        n++;
    }
    if (n > 4) {
        return 0;
    }
    uint32_t raw = psid - psid_base[n - 1];
    for (size_t i = 0; i < n; i++) {
        octets[i] = (uint8_t)(raw >> (8 * (n - 1 - i)));
    }
    octets[0] |= prefix[n];
    return n;
}

/* UPER length determinant without fragments: one octet, or two with 10 in front. */
static bool take_length(struct walk *w, uint16_t *length)
{
    size_t at = w->c.at;
    uint8_t first = cursor_u8(&w->c);
    *length = first;
    if (first >= 0xc0) {
        return walk_fail(w, REASON_WSMP_HEADER, at);
    }
    if (first >= 0x80) {
        *length = (uint16_t)((first & 0x3f) << 8 | cursor_u8(&w->c));
    }
    return walk_whole(w);
}

static void note_element(uint8_t id, const uint8_t *value, size_t size,
                         struct wsmp_facts *out)
{
    if (size != 1) {
        return; /* the three elements that we know are one octet each */
    }
    switch (id) {
    case ELEMENT_POWER:
        out->has_power = true;
        out->power_dbm = (int16_t)(value[0] - 128);
        break;
    case ELEMENT_CHANNEL:
        out->has_channel = true;
        out->channel = value[0];
        break;
    case ELEMENT_RATE:
        out->has_rate = true;
        out->rate_500k = value[0];
        break;
    default:
        break;
    }
}

static bool walk_elements(struct walk *w, struct wsmp_facts *out)
{
    uint16_t count = 0;
    if (!take_length(w, &count)) {
        return false;
    }
    for (uint16_t i = 0; i < count; i++) {
        uint16_t size = 0;
        uint8_t id = cursor_u8(&w->c);
        if (!walk_whole(w) || !take_length(w, &size)) {
            return false;
        }
        const uint8_t *value = cursor_take(&w->c, size);
        if (!walk_whole(w)) {
            return false;
        }
        note_element(id, value, size, out);
        if (out->extension_count < UINT8_MAX) {
            out->extension_count++;
        }
    }
    return true;
}

bool wsmp_walk(struct walk *w, struct wsmp_facts *out)
{
    if (!walk_enter(w, LAYER_WSMP)) {
        return false;
    }
    size_t at = w->c.at;
    uint8_t first = cursor_u8(&w->c);
    if (!walk_whole(w)) {
        return false;
    }
    if ((first & 7) != 3) {
        return walk_fail(w, REASON_WSMP_VERSION, at);
    }
    if (first >> 4 != 0) { /* subtypes 1 to 7 belong to ISO */
        return walk_fail(w, REASON_WSMP_HEADER, at);
    }
    if (first & OPTION_INDICATOR && !walk_elements(w, out)) {
        return false;
    }
    uint8_t transport = cursor_u8(&w->c);
    if (!walk_whole(w)) {
        return false;
    }
    if (transport >> 1 != 0) {
        return walk_fail(w, REASON_WSMP_TPID, w->c.at - 1);
    }
    size_t psid_at = w->c.at;
    if (!wsmp_take_psid(&w->c, &out->psid, &out->psid_octets)) {
        return walk_whole(w) ? walk_fail(w, REASON_WSMP_HEADER, psid_at) : false;
    }
    if (transport & T_EXTENSIONS && !walk_elements(w, out)) {
        return false;
    }
    return take_length(w, &out->length) && walk_cut(w, out->length, &out->trailing);
}
