/* SPDX-License-Identifier: Apache-2.0 */
/* Stamps on true time. In: a stamp, its clock, its meaning. Out: an instant and its bar. */
#include "sensors/recorded_clock.h"

#include <string.h>

/* The ITS epoch on the other scales: 2004-01-01T00:00:00Z is 1072915200 s after 1970 in
 * Unix time, 32 leap seconds more in TAI; GPS began 1980-01-06 (Unix 315964800) at TAI - 19
 * s. */
#define EPOCH_TAI_S (INT64_C(1072915200) + 32)
#define GPS_TAI_S   (INT64_C(315964800) + 19)

#define SQRT_12 3.4641016151377544 /* a uniform width over its sigma */

bool recorded_placed(const struct recorded_placing *placing)
{
    return placing->mapped || placing->clock == TIMESCALE_UTC ||
           placing->clock == TIMESCALE_TAI || placing->clock == TIMESCALE_GPS;
}

static int64_t on_tai(enum clock_kind clock, int64_t t_ns)
{
    switch (clock) {
    case TIMESCALE_TAI:
        return t_ns - EPOCH_TAI_S * TIME_NS_PER_S;
    case TIMESCALE_GPS:
        return t_ns - (EPOCH_TAI_S - GPS_TAI_S) * TIME_NS_PER_S;
    case TIMESCALE_UTC:
    case TIMESCALE_MONO:
    case TIMESCALE_SENSOR:
    case TIMESCALE_COUNT:
    default:
        return tai_from_utc((struct utc){t_ns}).ns;
    }
}

bool recorded_place(const struct recorded_placing *placing, int64_t t_ns, struct tai *out)
{
    if (recorded_placed(placing)) {
        out->ns = on_tai(placing->clock, t_ns + placing->offset_ns);
    } else {
        int64_t since = t_ns - placing->first_ns;
        if (since > RECORDED_TAI_MOST_NS || since < -RECORDED_TAI_MOST_NS) {
            return false;
        }
        out->ns = placing->base.ns + since;
    }
    return out->ns <= RECORDED_TAI_MOST_NS && out->ns >= -RECORDED_TAI_MOST_NS;
}

struct rxtime recorded_stamp(enum clock_kind clock, int64_t t_ns)
{
    bool own = clock == TIMESCALE_MONO || clock == TIMESCALE_SENSOR;
    return (struct rxtime){own ? t_ns : on_tai(clock, t_ns)};
}

int64_t recorded_span_ns(enum modality modality, int64_t exposure_ns, int64_t period_ns)
{
    if (exposure_ns > 0) {
        return exposure_ns;
    }
    return modality == MODALITY_CAMERA ? 0 : period_ns;
}

int64_t recorded_mid_offset_ns(enum convention convention, int64_t span_ns)
{
    switch (convention) {
    case CONVENTION_START:
    case CONVENTION_TRIGGER:
        return span_ns / 2;
    case CONVENTION_END:
    case CONVENTION_ARRIVAL:
        return -(span_ns / 2);
    case CONVENTION_MID:
    case CONVENTION_COUNT:
    default:
        return 0;
    }
}

double recorded_convention_sigma_ns(enum modality modality, enum convention convention,
                                    int64_t exposure_ns, int64_t period_ns)
{
    bool open =
        convention == CONVENTION_ARRIVAL ||
        (convention != CONVENTION_MID && modality == MODALITY_CAMERA && exposure_ns == 0);
    return open ? (double)period_ns / SQRT_12 : 0;
}

int recorded_clock_map(const char *text, struct recorded_clock_map *out, struct fail *fail)
{
    const char *equals = strchr(text, '=');
    const char *sign = strstr(text, "\xC2\xB1"); /* plus-minus in UTF-8 */
    sign = sign ? sign : strstr(text, "+-");
    size_t name = equals ? (size_t)(equals - text) : 0;
    char offset[32] = "";
    if (!equals || !sign || sign < equals || name == 0 || name > RECORDED_NAME_MOST ||
        (size_t)(sign - equals - 1) >= sizeof offset) {
        return fail_set(fail, RESULT_USAGE,
                        "clock map \"%.80s\": not STREAM=OFFSET_NS\xC2\xB1SIGMA_NS", text);
    }
    memcpy(offset, equals + 1, (size_t)(sign - equals - 1));
    if (!csv_parse_i64(offset, &out->offset_ns) ||
        !csv_parse_i64(sign + 2, &out->sigma_ns) || out->sigma_ns < 0 ||
        out->offset_ns > ROWS_TIME_MOST_NS || out->offset_ns < -ROWS_TIME_MOST_NS) {
        return fail_set(fail, RESULT_USAGE,
                        "clock map \"%.80s\": whole nanoseconds, sigma at least 0, offset "
                        "within 4e18",
                        text);
    }
    memcpy(out->stream, text, name);
    out->stream[name] = '\0';
    return 0;
}
