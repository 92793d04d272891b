/* SPDX-License-Identifier: Apache-2.0 */
/* Engineering units of J2735 integers, and the names of bits, by ASN.1 type name.
 *
 * si = raw x mul / div + add, null at the value that says "unavailable"; back: rounded half
 * away from zero. Names get the unit as suffix: Latitude `lat` becomes `lat_deg`. Sources:
 * the data element clauses of SAE J2735 (units, sentinels). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "asn1/pdu_types.h"

enum si_rule { SI_LINEAR, SI_MASS, SI_PERCENT_TABLE };

struct si_unit {
    const char *type;
    const char *suffix; /* with its underscore: "_deg" */
    int mul, div, add;
    long none; /* the sentinel, or SI_NO_SENTINEL */
    enum si_rule rule;
};

#define SI_NO_SENTINEL (-0x7fffffffffffL)

/* NULL if the type has no unit. */
const struct si_unit *si_unit_of(const char *type);

/* The row of a type in a table sorted by type, or NULL. */
const struct si_unit *si_unit_find(const struct si_unit *units, size_t count,
                                   const char *type);

/* The suffix for a member of this type (or list of it); "" if none. */
const char *si_suffix(const asn_TYPE_descriptor_t *td);

/* false: unavailable. */
bool si_from_raw(const struct si_unit *unit, long raw, double *si);

/* The nearest raw value (not range-checked; |si| is clamped to what a long holds). */
long si_to_raw(const struct si_unit *unit, double si);

/* Names of the bits of a type, NULL-terminated, or NULL if it has none. */
const char *const *si_bit_names(const char *type);
const char *si_bit_name(const char *const *names, size_t bit);
