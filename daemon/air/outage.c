/* SPDX-License-Identifier: Apache-2.0 */
/* Scheduled silence. In: a receiver and an instant. Out: the outage that is or comes next.
 */
#include "air/outage.h"

#include "base/draw.h"
#include "base/fmath.h"
#include "base/time.h"

/* Draws per outage: gap, length; the first outage also asks whether it has begun. */
enum { OUTAGE_GAP, OUTAGE_LENGTH, OUTAGE_BEGUN, OUTAGE_DRAWS };

struct outage outage_init(double gap_mean_s, double min_s, double max_s, uint64_t seed)
{
    return (struct outage){.key = draw_key(seed, DRAW_AIR_OUTAGE),
                           .gap_mean_s = gap_mean_s,
                           .length_min_s = min_s,
                           .length_max_s = max_s};
}

static double uniform(const struct outage *o, uint32_t receiver, uint32_t index, int which)
{
    return draw_uniform(
        draw_bits(o->key, receiver, (uint64_t)index * OUTAGE_DRAWS + (uint64_t)which));
}

static int64_t gap_ns(const struct outage *o, uint32_t receiver, uint32_t index)
{
    double u = uniform(o, receiver, index, OUTAGE_GAP);
    return span_from_s(-o->gap_mean_s * fm_log(u)).ns;
}

struct outage_span outage_first(const struct outage *o, uint32_t receiver)
{
    double a = o->length_min_s;
    double b = o->length_max_s;
    double length_mean_s = (a + b) / 2;
    double u = uniform(o, receiver, 0, OUTAGE_LENGTH);
    double begun = uniform(o, receiver, 0, OUTAGE_BEGUN);
    double share = length_mean_s / (length_mean_s + o->gap_mean_s);
    if (begun < share) {
        /* An outage met at a random instant is longer than most: density ~ length. The
         * instant lies anywhere in it; begun / share is uniform again. */
        int64_t length_ns = span_from_s(fm_sqrt(a * a + u * (b * b - a * a))).ns;
        int64_t from_ns = -(int64_t)((double)length_ns * (begun / share));
        return (struct outage_span){0, from_ns, from_ns + length_ns, INT64_MIN};
    }
    int64_t from_ns = gap_ns(o, receiver, 0);
    int64_t to_ns = from_ns + span_from_s(a + u * (b - a)).ns;
    return (struct outage_span){0, from_ns, to_ns, INT64_MIN};
}

struct outage_span outage_next(const struct outage *o, uint32_t receiver,
                               struct outage_span before)
{
    uint32_t index = before.index + 1;
    int64_t from_ns = before.to_ns + gap_ns(o, receiver, index);
    double u = uniform(o, receiver, index, OUTAGE_LENGTH);
    double length_s = o->length_min_s + u * (o->length_max_s - o->length_min_s);
    int64_t to_ns = from_ns + span_from_s(length_s).ns;
    return (struct outage_span){index, from_ns, to_ns, before.to_ns};
}

void outage_seek(const struct outage *o, uint32_t receiver, struct outage_span *span,
                 int64_t t_ns)
{
    if (t_ns < span->since_ns) {
        *span = outage_first(o, receiver);
    }
    while (span->to_ns <= t_ns) {
        *span = outage_next(o, receiver, *span);
    }
}
