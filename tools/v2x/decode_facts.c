/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of layers as JSON, see decode_facts.h. */
#include "tools/v2x/decode_facts.h"

#include <string.h>

/* An object under way: the comma before each member but the first. */
struct members {
    struct bytes *out;
    bool any;
};

static struct members open_object(struct bytes *out, const char *key)
{
    bytes_text(out, ",\"");
    bytes_text(out, key);
    bytes_text(out, "\":{");
    return (struct members){.out = out};
}

static void close_object(struct members *m)
{
    bytes_u8(m->out, '}');
}

static void key(struct members *m, const char *name)
{
    bytes_text(m->out, m->any ? ",\"" : "\"");
    m->any = true;
    bytes_text(m->out, name);
    bytes_text(m->out, "\":");
}

static void put_int(struct members *m, const char *name, int64_t value)
{
    key(m, name);
    bytes_json_int(m->out, value);
}

static void put_int_if(struct members *m, bool has, const char *name, int64_t value)
{
    if (has) {
        put_int(m, name, value);
    }
}

static void put_double(struct members *m, const char *name, double value)
{
    key(m, name);
    bytes_json_double(m->out, value);
}

static void put_text(struct members *m, const char *name, const char *text)
{
    key(m, name);
    bytes_json_string(m->out, text);
}

static void put_flag(struct members *m, const char *name, bool value)
{
    if (value) {
        key(m, name);
        bytes_text(m->out, "true");
    }
}

static void put_octets(struct members *m, const char *name, const uint8_t *data, size_t n)
{
    key(m, name);
    bytes_u8(m->out, '"');
    bytes_hex(m->out, data, n);
    bytes_u8(m->out, '"');
}

static void put_mac(struct members *m, const char *name, const uint8_t mac[6])
{
    static const char digits[] = "0123456789abcdef";
    char text[18];
    for (int i = 0; i < 6; i++) {
        text[3 * i] = digits[mac[i] >> 4];
        text[3 * i + 1] = digits[mac[i] & 15];
        text[3 * i + 2] = ':';
    }
    text[17] = 0;
    put_text(m, name, text);
}

static void put_claimed(struct members *m, bool has, const char *name, uint64_t us)
{
    struct tai tai;
    if (has && spdu_time(us, &tai)) {
        key(m, name);
        bytes_u8(m->out, '"');
        bytes_json_int(m->out, utc_from_tai(tai).ns);
        bytes_u8(m->out, '"');
    }
}

static struct members open_inner(struct members *m, const char *name)
{
    key(m, name);
    bytes_u8(m->out, '{');
    return (struct members){.out = m->out};
}

/* A text of no promised alphabet: what is not printable ASCII is a question mark. */
static void put_name(struct members *m, const char *name, const uint8_t *octets, size_t n)
{
    char text[CERTIFICATE_ID_MAX + 1];
    size_t size = n < sizeof text ? n : sizeof text - 1;
    for (size_t i = 0; i < size; i++) {
        text[i] = (char)(octets[i] >= ' ' && octets[i] < 0x7f ? octets[i] : '?');
    }
    text[size] = 0;
    put_text(m, name, text);
}

static void put_link(const struct link_facts *f, struct bytes *out)
{
    struct members m = open_object(out, "link");
    if (f->has_src) {
        put_mac(&m, "src", f->src);
    }
    if (f->has_dst) {
        put_mac(&m, "dst", f->dst);
    }
    put_int_if(&m, f->has_vlan, "vlan", f->vlan);
    put_int_if(&m, f->has_priority, "priority", f->priority);
    put_int_if(&m, f->has_channel, "channel_mhz", f->channel_mhz);
    put_int_if(&m, f->has_rate, "rate_kbps", f->rate_kbps);
    put_int_if(&m, f->has_rssi, "rssi_dbm", f->rssi_dbm);
    put_int_if(&m, f->has_noise, "noise_dbm", f->noise_dbm);
    put_int_if(&m, f->has_power, "power_dbm", f->power_dbm);
    put_flag(&m, "fcs_bad", f->fcs_bad);
    close_object(&m);
}

static void put_ip(const struct ip_facts *f, struct bytes *out)
{
    char text[IP_TEXT_MAX];
    struct members m = open_object(out, "ip");
    ip_text(f->version, f->src, text);
    put_text(&m, "src", text);
    ip_text(f->version, f->dst, text);
    put_text(&m, "dst", text);
    put_int(&m, "src_port", f->src_port);
    put_int(&m, "dst_port", f->dst_port);
    close_object(&m);
}

static void put_wsmp(const struct wsmp_facts *f, struct bytes *out)
{
    struct members m = open_object(out, "wsmp");
    put_int_if(&m, f->has_power, "power_dbm", f->power_dbm);
    put_int_if(&m, f->has_channel, "channel", f->channel);
    put_int_if(&m, f->has_rate, "rate_kbps", f->rate_500k * 500);
    put_int_if(&m, f->trailing > 0, "trailing", (int64_t)f->trailing);
    close_object(&m);
}

static void put_certificate_id(struct members *m, const struct certificate_facts *f)
{
    struct members id;
    switch (f->id) {
    case CERTIFICATE_LINKAGE:
        id = open_inner(m, "id");
        put_int(&id, "linkage_period", f->linkage_period);
        put_octets(&id, "linkage_value", f->id_octets, f->id_size);
        close_object(&id);
        break;
    case CERTIFICATE_NAME:
        id = open_inner(m, "id");
        put_name(&id, "name", f->id_octets, f->id_size);
        close_object(&id);
        break;
    case CERTIFICATE_BINARY:
        id = open_inner(m, "id");
        put_octets(&id, "binary", f->id_octets, f->id_size);
        close_object(&id);
        break;
    case CERTIFICATE_NONE:
    case CERTIFICATE_OTHER:
        break;
    }
}

/* What a certificate says of itself; who relies on it must verify it first. */
static void put_certificate(struct members *outer, const struct spdu_facts *spdu)
{
    static const char *const issuers[] = {NULL, "self", "other"};
    static const char *const regions[] = {NULL,      "circle",     "rectangles",
                                          "polygon", "identified", "other"};
    static const char *const keys[] = {"p256", "brainpool_p256r1", "other",
                                       "reconstruction", "newer"};
    const struct certificate_facts *f = &spdu->certificate;
    struct members m = open_inner(outer, "certificate");
    put_text(&m, "type", f->implicit ? "implicit" : "explicit");
    if (f->issuer == CERTIFICATE_BY_DIGEST) {
        put_octets(&m, "issuer", f->issuer_digest, sizeof f->issuer_digest);
    } else {
        put_text(&m, "issuer", issuers[f->issuer]);
    }
    put_certificate_id(&m, f);
    put_claimed(&m, true, "valid_from_ns", (uint64_t)f->start_s * 1000000);
    put_double(&m, "valid_s", f->valid_s);
    if (f->region != CERTIFICATE_ANYWHERE) {
        put_text(&m, "region", regions[f->region]);
    }
    put_int_if(&m, f->has_assurance, "assurance_level", f->assurance >> 5);
    key(&m, "psids");
    for (uint8_t i = 0; i < f->psid_count; i++) {
        bytes_u8(m.out, i ? ',' : '[');
        bytes_json_uint(m.out, f->psids[i]);
    }
    bytes_text(m.out, f->psid_count ? "]" : "[]");
    put_flag(&m, "may_issue", f->may_issue);
    put_flag(&m, "may_request", f->may_request);
    put_text(&m, "key", keys[f->key]);
    put_flag(&m, "encryption_key", f->has_encryption_key);
    put_int(&m, "offset", (int64_t)spdu->certificate_offset);
    put_int(&m, "length", (int64_t)spdu->certificate_size);
    put_int_if(&m, spdu->certificate_count > 1, "chain", spdu->certificate_count);
    close_object(&m);
}

static void put_spdu(const struct spdu_facts *f, struct bytes *out)
{
    static const char *const contents[] = {"unsecured", "signed", "encrypted", "request"};
    static const char *const signers[] = {NULL, "digest", "certificate", "self"};
    struct members m = open_object(out, "spdu");
    put_text(&m, "content", contents[f->content]);
    if (f->content == SPDU_SIGNED) {
        if (signers[f->signer]) {
            put_text(&m, "signer", signers[f->signer]);
        }
        put_int(&m, "psid", (int64_t)f->psid);
        put_claimed(&m, f->has_generation_time, "generation_ns", f->generation_us);
        put_claimed(&m, f->has_expiry_time, "expiry_ns", f->expiry_us);
        if (f->has_location) {
            put_double(&m, "lat_deg", f->latitude / 1e7);
            put_double(&m, "lon_deg", f->longitude / 1e7);
            put_double(&m, "elev_m", ((int)f->elevation - 4096) / 10.0);
        }
        if (f->signer == SPDU_SIGNER_DIGEST) {
            put_octets(&m, "digest", f->digest, sizeof f->digest);
        }
        if (f->signer == SPDU_SIGNER_CERTIFICATE && f->certificate_count > 0) {
            put_certificate(&m, f);
        }
        put_text(&m, "signature", "not verified");
    }
    put_int_if(&m, f->trailing > 0, "trailing", (int64_t)f->trailing);
    close_object(&m);
}

static void put_gn(const struct gn_facts *f, struct bytes *out)
{
    static const char *const envelopes[] = {"none", "1609.2", "ts103097"};
    static const char *const types[] = {"any", "beacon", "guc", "gac", "gbc", "tsb", "ls"};
    struct members m = open_object(out, "gn");
    put_text(&m, "envelope", envelopes[f->envelope]);
    put_text(&m, "type", f->type == GN_TSB && f->subtype == 0 ? "shb" : types[f->type]);
    put_int(&m, "traffic_class", f->traffic_class);
    key(&m, "mobile");
    bytes_text(out, f->mobile ? "true" : "false");
    put_int_if(&m, f->has_basic, "lifetime_ms", f->lifetime_ms);
    put_int_if(&m, f->has_sequence, "sequence", f->sequence);
    if (f->has_source) {
        uint8_t address[8];
        for (int i = 0; i < 8; i++) {
            address[i] = (uint8_t)(f->source.address >> (56 - 8 * i));
        }
        put_octets(&m, "source", address, sizeof address);
        put_int(&m, "source_timestamp_ms", f->source.timestamp_ms);
        put_double(&m, "source_lat_deg", f->source.latitude / 1e7);
        put_double(&m, "source_lon_deg", f->source.longitude / 1e7);
    }
    if (f->has_source) {
        put_double(&m, "source_speed_mps", f->source.speed_cmps / 100.0);
        put_double(&m, "source_heading_deg", f->source.heading_ddeg / 10.0);
        put_flag(&m, "source_accurate", f->source.accurate);
    }
    if (f->has_area) {
        static const char *const shapes[] = {"circle", "rectangle", "ellipse"};
        struct members area = open_inner(&m, "area");
        put_text(&area, "shape", shapes[f->subtype]);
        put_double(&area, "lat_deg", f->area.latitude / 1e7);
        put_double(&area, "lon_deg", f->area.longitude / 1e7);
        put_int(&area, "a_m", f->area.distance_a_m);
        put_int_if(&area, f->subtype != 0, "b_m", f->area.distance_b_m);
        put_int_if(&area, f->subtype != 0, "angle_deg", f->area.angle_deg);
        close_object(&area);
    }
    put_int_if(&m, f->has_basic, "hop_limit", f->hop_limit);
    if (f->has_btp) {
        put_text(&m, "btp", f->btp_a ? "A" : "B");
        put_int(&m, "dst_port", f->dst_port);
        put_int_if(&m, f->port_info != 0, f->btp_a ? "src_port" : "port_info",
                   f->port_info);
    }
    put_int_if(&m, f->trailing > 0, "trailing", (int64_t)f->trailing);
    close_object(&m);
}

static void put_forward(const struct forward_facts *f, struct bytes *out)
{
    struct members m = open_object(out, "forward");
    if (f->type[0]) {
        put_text(&m, "type", f->type);
    }
    put_int_if(&m, f->has_psid, "psid", f->psid);
    put_int_if(&m, f->has_channel && f->channel, "channel", f->channel);
    put_int_if(&m, f->has_priority, "priority", f->priority);
    put_flag(&m, "sign", f->sign);
    put_flag(&m, "encrypt", f->encrypt);
    close_object(&m);
}

bool decode_facts_psid(const struct frames_result *walk, uint32_t *psid)
{
    if (walk->has_wsmp) {
        *psid = walk->wsmp.psid;
        return true;
    }
    if (walk->has_spdu && walk->spdu.content == SPDU_SIGNED &&
        walk->spdu.psid <= UINT32_MAX) {
        *psid = (uint32_t)walk->spdu.psid;
        return true;
    }
    if (walk->has_forward && walk->forward.has_psid) {
        *psid = walk->forward.psid;
        return true;
    }
    return false;
}

void decode_facts_put(const struct frames_result *walk, struct bytes *out)
{
    if (walk->has_link) {
        put_link(&walk->link, out);
    }
    if (walk->has_ip) {
        put_ip(&walk->ip, out);
    }
    if (walk->has_forward) {
        put_forward(&walk->forward, out);
    }
    if (walk->has_pc5) {
        struct members m = open_object(out, "pc5");
        put_int(&m, "family", walk->pc5_family);
        close_object(&m);
    }
    if (walk->has_wsmp) {
        put_wsmp(&walk->wsmp, out);
    }
    if (walk->has_spdu) {
        put_spdu(&walk->spdu, out);
    }
    if (walk->has_gn) {
        put_gn(&walk->gn, out);
    }
}
