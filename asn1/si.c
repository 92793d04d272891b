/* SPDX-License-Identifier: Apache-2.0 */
/* Wire numbers to engineering units and back. In: a row of the unit table and a number.
 * Out: the other number. */
#include "asn1/si.h"

#include <string.h>

#include "base/fmath.h"

/* J2735 TimeIntervalConfidence: percent by index. */
static const int percent[] = {21, 36, 47, 56, 62, 68, 73, 77,
                              81, 85, 88, 91, 94, 96, 98, 100};
enum { PERCENTS = sizeof percent / sizeof percent[0] };

/* J2735 VehicleMass: 50 kg steps to 80, 500 kg steps to 200, 2000 kg steps to 253. */
static double mass_kg(long raw)
{
    if (raw <= 80) {
        return (double)raw * 50;
    }
    return raw <= 200 ? 4000 + (double)(raw - 80) * 500
                      : 64000 + (double)(raw - 200) * 2000;
}

static long mass_raw(double kg)
{
    if (kg <= 4250) {
        return (long)fm_round(kg / 50 > 80 ? 80 : kg / 50);
    }
    return kg <= 64000 ? 80 + (long)fm_round((kg - 4000) / 500)
                       : 200 + (long)fm_round((kg - 64000) / 2000);
}

static long percent_raw(double value)
{
    long best = 0;
    for (long i = 1; i < PERCENTS; i++) {
        if (fm_abs(percent[i] - value) < fm_abs(percent[best] - value)) {
            best = i;
        }
    }
    return best;
}

const struct si_unit *si_unit_find(const struct si_unit *units, size_t count,
                                   const char *type)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = (low + count) / 2;
        int order = strcmp(type, units[middle].type);
        if (order == 0) {
            return &units[middle];
        }
        if (order < 0) {
            count = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

const char *si_suffix(const asn_TYPE_descriptor_t *td)
{
    while (pdu_kind(td) == PDU_LIST) {
        td = td->elements[0].type;
    }
    const struct si_unit *unit = pdu_kind(td) == PDU_INTEGER ? si_unit_of(td->name) : NULL;
    return unit ? unit->suffix : "";
}

bool si_from_raw(const struct si_unit *unit, long raw, double *si)
{
    *si = 0;
    if (raw == unit->none) {
        return false;
    }
    if (unit->rule == SI_MASS) {
        *si = mass_kg(raw);
    } else if (unit->rule == SI_PERCENT_TABLE) {
        *si = raw >= 0 && raw < PERCENTS ? percent[raw] : 0;
    } else {
        *si = (double)(raw * unit->mul) / unit->div + unit->add;
    }
    return true;
}

long si_to_raw(const struct si_unit *unit, double si)
{
    if (!(si > -1e12)) {
        si = -1e12;
    }
    if (si > 1e12) {
        si = 1e12;
    }
    if (unit->rule == SI_MASS) {
        return mass_raw(si);
    }
    if (unit->rule == SI_PERCENT_TABLE) {
        return percent_raw(si);
    }
    return (long)fm_round((si - unit->add) * unit->div / unit->mul);
}

const char *si_bit_name(const char *const *names, size_t bit)
{
    for (size_t i = 0; names[i]; i++) {
        if (i == bit) {
            return names[i];
        }
    }
    return NULL;
}
