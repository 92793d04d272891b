/* SPDX-License-Identifier: Apache-2.0 */
/* One row per quantity: scale, limits, sentinel. In: a number. Out: the other side's. */
#include "asn1/its/its_wire.h"

#include "base/fmath.h"

struct scale {
    int mul, div;
    long low, high; /* limits of a known value; values beyond are told as the limit */
    long none;
};

/* clang-format off */
static const struct scale scales[] = {
    [ITS_WIRE_LAT]            = {1, 10000000, -900000000, 900000000, 900000001},
    [ITS_WIRE_LON]            = {1, 10000000, -1799999999, 1800000000, 1800000001},
    [ITS_WIRE_ALTITUDE]       = {1, 100, -100000, 800000, 800001},
    [ITS_WIRE_SEMI_AXIS]      = {1, 100, 0, 4094, 4095},
    [ITS_WIRE_SPEED]          = {1, 100, 0, 16382, 16383},
    [ITS_WIRE_ACCEL]          = {1, 10, -160, 160, 161},
    [ITS_WIRE_YAW_RATE]       = {1, 100, -32766, 32766, 32767},
    [ITS_WIRE_CURVATURE]      = {1, 10000, -1023, 1022, 1023},
    [ITS_WIRE_CURVATURE_V1]   = {1, 30000, -30000, 30000, 30001},
    [ITS_WIRE_STEERING]       = {3, 2, -511, 511, 512},
    [ITS_WIRE_LENGTH]         = {1, 10, 1, 1022, 1023},
    [ITS_WIRE_WIDTH]          = {1, 10, 1, 61, 62},
    [ITS_WIRE_DELTA_LL]       = {1, 10000000, -131071, 131071, 131072},
    [ITS_WIRE_DELTA_ALTITUDE] = {1, 100, -12700, 12799, 12800},
    [ITS_WIRE_PATH_TIME]      = {1, 100, 1, 65535, -1},
};
/* clang-format on */

long its_wire_raw(enum its_quantity quantity, bool known, double si)
{
    const struct scale *s = &scales[quantity];
    if (!known || !(si - si == 0)) {
        return s->none;
    }
    double raw = si * s->div / s->mul;
    if (raw <= (double)s->low) {
        return s->low;
    }
    return raw >= (double)s->high ? s->high : (long)fm_round(raw);
}

double its_wire_si(enum its_quantity quantity, long raw, uint32_t *known, uint32_t bit)
{
    const struct scale *s = &scales[quantity];
    if (raw == s->none) {
        return 0;
    }
    *known |= bit;
    return (double)(raw * s->mul) / s->div;
}

long its_wire_angle(bool known, double deg)
{
    if (!known || !(fm_abs(deg) < 1e6)) {
        return 3601;
    }
    double turns = deg / 360;
    double raw = fm_round((turns - fm_floor(turns)) * 3600);
    return raw >= 3600 ? 0 : (long)raw;
}

double its_wire_angle_deg(long raw, uint32_t *known, uint32_t bit)
{
    if (raw > 3600) {
        return 0;
    }
    *known |= bit;
    return raw == 3600 ? 0 : (double)raw / 10;
}
