/* SPDX-License-Identifier: Apache-2.0 */
/* Five clocks, five types: the compiler forbids mixing them.
 *
 * tai is the truth inside the daemon: nanoseconds of TAI since 2004-01-01T00:00:00Z, the
 * ITS epoch, so that ETSI's TimestampIts is tai.ns / 1000000 (EN 302 637-2, Annex B).
 * Everything outside is Unix UTC. Exactly five functions cross a border: tai_from_utc and
 * utc_from_tai (here), rxclock_read (receiver/), estimator_place (sync/), pace_until
 * (edge/). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tai {
    int64_t ns; /* truth: TAI since 2004-01-01T00:00:00Z */
};
struct utc {
    int64_t ns; /* captures and humans: POSIX, since 1970 */
};
struct rxtime {
    int64_t ns; /* one station's own clock, right or wrong; TAI epoch */
};
struct mono {
    int64_t ns; /* the machine's stopwatch: pacing only, never in a record */
};
struct span {
    int64_t ns; /* a duration; belongs to no clock */
};

#define TIME_NS_PER_S  INT64_C(1000000000)
#define TIME_NS_PER_MS INT64_C(1000000)

static inline struct span span_ns(int64_t ns)
{
    return (struct span){ns};
}

static inline struct span span_ms(int64_t ms)
{
    return (struct span){ms * TIME_NS_PER_MS};
}

/* Rounds half away from zero. */
static inline struct span span_from_s(double s)
{
    double ns = s * 1e9;
    return (struct span){(int64_t)(ns < 0 ? ns - 0.5 : ns + 0.5)};
}

static inline double span_s(struct span d)
{
    return (double)d.ns / 1e9;
}

static inline struct tai tai_add(struct tai t, struct span d)
{
    return (struct tai){t.ns + d.ns};
}

static inline struct span tai_since(struct tai later, struct tai earlier)
{
    return (struct span){later.ns - earlier.ns};
}

static inline bool tai_before(struct tai a, struct tai b)
{
    return a.ns < b.ns;
}

static inline struct rxtime rxtime_add(struct rxtime t, struct span d)
{
    return (struct rxtime){t.ns + d.ns};
}

static inline struct span rxtime_since(struct rxtime later, struct rxtime earlier)
{
    return (struct span){later.ns - earlier.ns};
}

/* TAI-UTC in seconds at that instant (10 before 1972). */
int time_leap_seconds(struct utc t);

/* The border between POSIX and TAI. A POSIX second that happens twice maps to its first. */
struct tai tai_from_utc(struct utc t);
struct utc utc_from_tai(struct tai t);

/* The last instant for which the leap table is known to hold. */
struct utc time_leap_expiry(void);

/* Calendar fields of a UTC instant. */
struct time_calendar {
    int year, month, day, hour, minute; /* month and day from 1 */
    int second;
    int32_t nanosecond;
    int32_t minute_of_year; /* J2735 MinuteOfTheYear, 0..527039 */
};
struct time_calendar time_calendar(struct utc t);

/* 2026-06-01T12:00:00Z, with optional fraction; false if it is not that. */
bool time_parse_iso(const char *text, struct utc *out);

/* J2735 DSecond: milliseconds within the UTC minute, 0..59999 (no leap second in it). */
uint16_t time_dsecond(struct utc t);

/* The instant with that DSecond nearest to `near`; false for 61000..65535 (reserved,
 * unavailable). */
bool time_resolve_dsecond(uint16_t dsecond, struct utc near, struct utc *out);
