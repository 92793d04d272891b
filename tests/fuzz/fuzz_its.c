/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as an ETSI ITS PDU. What decodes must encode; what was encoded must decode to
 * the same text and encode to the same octets; a torn one says where; a claim that was read
 * and can be written must read the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/its/its.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
    if (!condition) {
        abort();
    }
}

/* Octets of a decoded PDU: its own text makes them again, twice the same. */
static void check_text(struct its *its, const struct bytes *jer, const struct bytes *si)
{
    static struct its_report report;
    struct bytes first = {0};
    struct bytes second = {0};
    struct bytes text = {0};
    struct fail fail;
    must(its_encode_json(its, (const char *)jer->data, &first, &fail) == 0);
    must(its_decode_json(its, first.data, first.size, &text, NULL, &report));
    bytes_u8(&text, 0);
    must(report.decoded && report.unknown_count == 0);
    must(text.size == jer->size && memcmp(text.data, jer->data, jer->size) == 0);
    must(its_encode_json(its, (const char *)text.data, &second, &fail) == 0);
    must(second.size == first.size && memcmp(second.data, first.data, first.size) == 0);
    bytes_clear(&second);
    if (its_encode_si(its, (const char *)si->data, &second, &fail) == 0) {
        must(its_decode_json(its, second.data, second.size, NULL, NULL, &report));
    }
    bytes_close(&first);
    bytes_close(&second);
    bytes_close(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct its *its;
    static struct its_report report;
    static struct its_claim claim;
    static struct its_claim again;
    static uint8_t out[ITS_PDU_MAX];
    struct bytes jer = {0};
    struct bytes si = {0};
    struct fail fail;
    size_t made;
    its = its ? its : its_new();
    bool ok = its_decode_json(its, data, size, &jer, &si, &report);
    must(ok || (report.error[0] && report.offset <= size));
    if (ok && report.decoded) {
        must(report.consumed == size);
        bytes_u8(&jer, 0);
        bytes_u8(&si, 0);
        check_text(its, &jer, &si);
    }
    must(its_decode_message(its, data, size, &claim, &report) == ok);
    if (ok && claim.kind != ITS_NONE &&
        its_encode_message(its, &claim, out, sizeof out, &made, &fail) == 0) {
        must(its_decode_message(its, out, made, &again, &report));
        must(again.kind == claim.kind && again.station_id == claim.station_id);
    }
    bytes_close(&jer);
    bytes_close(&si);
    return 0;
}
