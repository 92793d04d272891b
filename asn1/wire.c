/* SPDX-License-Identifier: Apache-2.0 */
/* One row per quantity: scale, limits, sentinel. In: a number. Out: the other side's. */
#include "asn1/wire.h"

#include "base/fmath.h"

struct wire_scale {
    int mul, div;
    long low, high; /* limits of a known value */
    long none; /* the sentinel; equal to a limit's neighbour, or 0 where 0 is no size */
};

/* clang-format off */
static const struct wire_scale scales[] = {
    [WIRE_LAT]            = {1, 10000000, -900000000, 900000000, 900000001},
    [WIRE_LON]            = {1, 10000000, -1799999999, 1800000000, 1800000001},
    [WIRE_ELEV]           = {1, 10, -4095, 61439, -4096},
    [WIRE_SEMI_AXIS]      = {1, 20, 0, 254, 255},
    [WIRE_ORIENTATION]    = {360, 65535, 0, 65534, 65535},
    [WIRE_SPEED]          = {1, 50, 0, 8190, 8191},
    [WIRE_STEERING]       = {3, 2, -126, 126, 127},
    [WIRE_ACCEL]          = {1, 100, -2000, 2000, 2001},
    [WIRE_ACCEL_VERT]     = {196133, 1000000, -126, 127, -127},   /* 0.02 G */
    [WIRE_YAW_RATE]       = {1, 100, -32767, 32767, -32768},      /* no sentinel: 0 is sent */
    [WIRE_WIDTH]          = {1, 100, 1, 1023, 0},
    [WIRE_LENGTH]         = {1, 100, 1, 4095, 0},
    [WIRE_OFFSET_LL]      = {1, 10000000, -131071, 131071, -131072},
    [WIRE_OFFSET_ELEV]    = {1, 10, -2047, 2047, -2048},
    [WIRE_AGE]            = {1, 100, 1, 65534, 65535},
    [WIRE_RADIUS]         = {1, 10, -32766, 32766, 32767},        /* the sentinel is straight */
    [WIRE_PERCENT]        = {1, 2, 0, 200, 201},
    [WIRE_CLUSTER_RADIUS] = {1, 1, 0, 100, 101},
    [WIRE_ADVICE]         = {1, 10, 0, 499, 500},
    [WIRE_LANE_WIDTH]     = {1, 100, 0, 32767, -1},
};
/* clang-format on */

long wire_raw(enum wire_quantity quantity, bool known, double si)
{
    const struct wire_scale *s = &scales[quantity];
    if (!known || !(si - si == 0)) {
        return quantity == WIRE_YAW_RATE ? 0 : s->none;
    }
    double raw = si * s->div / s->mul;
    if (raw <= (double)s->low) {
        return s->low;
    }
    return raw >= (double)s->high ? s->high : (long)fm_round(raw);
}

double wire_si(enum wire_quantity quantity, long raw, uint32_t *known, uint32_t bit)
{
    const struct wire_scale *s = &scales[quantity];
    if (raw == s->none) {
        return 0;
    }
    *known |= bit;
    return (double)(raw * s->mul) / s->div;
}

/* The nearest of `steps` in a full turn. */
static long wrapped(double deg, double steps)
{
    double turns = deg / 360;
    double raw = fm_round((turns - fm_floor(turns)) * steps);
    return raw >= steps ? 0 : (long)raw;
}

long wire_heading(bool known, double deg)
{
    return known && fm_abs(deg) < 1e6 ? wrapped(deg, 28800) : 28800;
}

double wire_heading_deg(long raw, uint32_t *known, uint32_t bit)
{
    *known |= raw < 28800 ? bit : 0;
    return raw < 28800 ? (double)raw / 80 : 0;
}

long wire_coarse_heading(bool known, double deg)
{
    return known && fm_abs(deg) < 1e6 ? wrapped(deg, 240) : 240;
}

double wire_coarse_heading_deg(long raw, uint32_t *known, uint32_t bit)
{
    *known |= raw < 240 ? bit : 0;
    return raw < 240 ? (double)raw * 3 / 2 : 0;
}
