/* SPDX-License-Identifier: Apache-2.0 */
/* The border between UTC and TAI, and the calendar. In: an instant on one clock. Out: the
 * same on another, by the leap table that configure made from leap-seconds.txt. */
#include "base/time.h"

#include <stddef.h>
#include <string.h>

#include "leap_table.h" /* LEAP_TABLE(X): X(year, month, day, tai_minus_utc); LEAP_EXPIRES */

/* Days from 1970-01-01 to a civil date (proleptic Gregorian). */
static int64_t days_from_civil(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

struct leap {
    int year, month, day, tai_minus_utc;
};

static const struct leap leap_table[] = {
#define X(y, m, d, s) {y, m, d, s},
    LEAP_TABLE(X)
#undef X
};
#define LEAP_COUNT (sizeof leap_table / sizeof leap_table[0])

#define TAI_EPOCH_UNIX_S INT64_C(1072915200) /* 2004-01-01T00:00:00Z */
#define TAI_EPOCH_LEAP_S 32

static int64_t leap_start_s(size_t i)
{
    const struct leap *leap = &leap_table[i];
    return days_from_civil(leap->year, leap->month, leap->day) * 86400;
}

int time_leap_seconds(struct utc t)
{
    for (size_t i = LEAP_COUNT; i-- > 0;) {
        if (t.ns >= leap_start_s(i) * TIME_NS_PER_S) {
            return leap_table[i].tai_minus_utc;
        }
    }
    return leap_table[0].tai_minus_utc;
}

struct tai tai_from_utc(struct utc t)
{
    int64_t leaps = time_leap_seconds(t) - TAI_EPOCH_LEAP_S;
    return (struct tai){t.ns - TAI_EPOCH_UNIX_S * TIME_NS_PER_S + leaps * TIME_NS_PER_S};
}

struct utc utc_from_tai(struct tai t)
{
    int64_t plain = t.ns + TAI_EPOCH_UNIX_S * TIME_NS_PER_S;
    for (size_t i = LEAP_COUNT; i-- > 0;) {
        int64_t shift = (leap_table[i].tai_minus_utc - TAI_EPOCH_LEAP_S) * TIME_NS_PER_S;
        if (plain - shift >= leap_start_s(i) * TIME_NS_PER_S) {
            return (struct utc){plain - shift};
        }
    }
    return (struct utc){plain -
                        (leap_table[0].tai_minus_utc - TAI_EPOCH_LEAP_S) * TIME_NS_PER_S};
}

struct utc time_leap_expiry(void)
{
    static const struct leap expires = {LEAP_EXPIRES, 0};
    return (struct utc){days_from_civil(expires.year, expires.month, expires.day) * 86400 *
                        TIME_NS_PER_S};
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct time_calendar time_calendar(struct utc t)
{
    int64_t seconds = floor_div(t.ns, TIME_NS_PER_S);
    int64_t days = floor_div(seconds, 86400);
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int64_t of_day = seconds - days * 86400;
    struct time_calendar c = {
        .day = (int)(doy - (153 * mp + 2) / 5 + 1),
        .month = (int)(mp < 10 ? mp + 3 : mp - 9),
        .hour = (int)(of_day / 3600),
        .minute = (int)(of_day / 60 % 60),
        .second = (int)(of_day % 60),
        .nanosecond = (int32_t)(t.ns - seconds * TIME_NS_PER_S),
    };
    c.year = (int)(yoe + era * 400) + (c.month <= 2);
    c.minute_of_year = (int32_t)((seconds - days_from_civil(c.year, 1, 1) * 86400) / 60);
    return c;
}

static bool read_digits(const char **text, int count, int *out)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9') {
            return false;
        }
        value = value * 10 + (c - '0');
    }
    *text += count;
    *out = value;
    return true;
}

static bool read_mark(const char **text, char mark)
{
    if (**text != mark) {
        return false;
    }
    (*text)++;
    return true;
}

bool time_parse_iso(const char *text, struct utc *out)
{
    static const int month_days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, month, day, hour, minute, second;
    if (!read_digits(&text, 4, &year) || !read_mark(&text, '-') ||
        !read_digits(&text, 2, &month) || !read_mark(&text, '-') ||
        !read_digits(&text, 2, &day) || !(read_mark(&text, 'T') || read_mark(&text, ' ')) ||
        !read_digits(&text, 2, &hour) || !read_mark(&text, ':') ||
        !read_digits(&text, 2, &minute) || !read_mark(&text, ':') ||
        !read_digits(&text, 2, &second)) {
        return false;
    }
    if (year < 1972 || year > 2200 || month < 1 || month > 12 || day < 1 ||
        day > month_days[month - 1] || hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    int64_t ns = 0;
    if (*text == '.') {
        int64_t scale = TIME_NS_PER_S / 10;
        for (text++; *text >= '0' && *text <= '9'; text++, scale /= 10) {
            ns += (*text - '0') * scale;
        }
    }
    if (strcmp(text, "Z") != 0) {
        return false;
    }
    int64_t seconds =
        days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    *out = (struct utc){seconds * TIME_NS_PER_S + ns};
    struct time_calendar back = time_calendar(*out);
    return back.day == day && back.month == month; /* refuses 30 February */
}

#define MINUTE_NS (60 * TIME_NS_PER_S)

uint16_t time_dsecond(struct utc t)
{
    return (uint16_t)((t.ns - floor_div(t.ns, MINUTE_NS) * MINUTE_NS) / TIME_NS_PER_MS);
}

bool time_resolve_dsecond(uint16_t dsecond, struct utc near, struct utc *out)
{
    if (dsecond > 60999) { /* J2735 DSecond: 61000..65534 reserved, 65535 unavailable */
        return false;
    }
    int64_t base = floor_div(near.ns, MINUTE_NS) * MINUTE_NS + dsecond * TIME_NS_PER_MS;
    int64_t best = base;
    for (int k = -1; k <= 1; k++) {
        int64_t candidate = base + k * MINUTE_NS;
        int64_t off = candidate > near.ns ? candidate - near.ns : near.ns - candidate;
        int64_t best_off = best > near.ns ? best - near.ns : near.ns - best;
        if (off < best_off) {
            best = candidate;
        }
    }
    *out = (struct utc){best};
    return true;
}
