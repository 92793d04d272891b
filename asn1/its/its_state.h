/* SPDX-License-Identifier: Apache-2.0 */
/* What a codec of ETSI messages owns, and what its files share. */
#pragma once

#include "asn1/dialect.h"
#include "asn1/its/its.h"
#include "asn1/jer.h"
#include "asn1/pdu.h"
#include "asn1/trace.h"
#include "asn1/turn.h"

struct its {
    struct turn turn;
    struct trace trace;
    struct jer_kept kept;
};

/* its_names.c: one row per edition that we decode. */
struct its_row {
    int protocol_version;
    int message_id;
    asn_TYPE_descriptor_t *type;
    const char *edition;
    asn_TYPE_descriptor_t
        *variant; /* what else is on the air under these numbers, or NULL */
    const char *variant_edition;
};
const struct its_row *its_row_of(int protocol_version, int message_id);
const struct its_row *its_row_at(size_t index); /* NULL behind the last */
const char *its_name_of(int message_id);        /* "" if not assigned */

/* its_open.c */
extern const struct dialect its_dialect;

/* its_units.c, its_bits.c */
const struct si_unit *its_unit_of(const char *type);
const char *const *its_bit_names(const char *type);

/* its.c: the structure of a PDU and its type, in a turn that the caller ends; NULL with the
 * report complete if there is none. */
void *its_open(struct its *its, const uint8_t *octets, size_t size,
               asn_TYPE_descriptor_t **type, struct its_report *report);

/* its_read.c: `pdu` is of that type. */
void its_read(const asn_TYPE_descriptor_t *type, void *pdu, struct its_claim *claim);

/* its_make.c: a structure in the turn arena and its type. */
MUST_USE int its_make(const struct its_claim *claim, asn_TYPE_descriptor_t **type,
                      void **pdu, struct fail *fail);

/* its_roads.c: the body of SPATEM and MAPEM, which J2735's codec reads and writes. */
MUST_USE int its_roads_make(const struct message *message, uint8_t *out, size_t room,
                            size_t *size, struct fail *fail);
/* `pdu` is a whole SPATEM or MAPEM that has been found sound; false: it is neither. */
bool its_roads_read(struct its *its, const uint8_t *pdu, size_t size,
                    struct message *message);
