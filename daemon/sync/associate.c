/* SPDX-License-Identifier: Apache-2.0 */
/* Gated nearest neighbours. In: tracks and objects of one instant. Out: who is who. */
#include "sync/associate.h"

#include "base/fmath.h"

double associate_d2(const struct view_track *track, const struct view_object *object)
{
    double c = fm_cos(track->at.yaw_rad);
    double s = fm_sin(track->at.yaw_rad);
    double along = track->at.sigma_along_m * track->at.sigma_along_m;
    double across = track->at.sigma_across_m * track->at.sigma_across_m;
    double xx = along * c * c + across * s * s + object->sigma_x_m * object->sigma_x_m;
    double yy = along * s * s + across * c * c + object->sigma_y_m * object->sigma_y_m;
    double xy = (along - across) * c * s;
    double determinant = xx * yy - xy * xy;
    double dx = track->at.x_m - object->x_m;
    double dy = track->at.y_m - object->y_m;
    if (!(determinant > 0)) {
        return dx == 0 && dy == 0 ? 0 : 1e300;
    }
    return (dx * dx * yy - 2 * dx * dy * xy + dy * dy * xx) / determinant;
}

static int pair_before(const struct associate_pair *a, const struct associate_pair *b)
{
    if (a->d2 != b->d2) {
        return a->d2 < b->d2;
    }
    return a->track != b->track ? a->track < b->track : a->object < b->object;
}

static void sift(struct associate_pair *heap, size_t at, size_t count)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= count) {
            return;
        }
        child += child + 1 < count && pair_before(&heap[child], &heap[child + 1]);
        if (!pair_before(&heap[at], &heap[child])) {
            return;
        }
        struct associate_pair swapped = heap[at];
        heap[at] = heap[child];
        heap[child] = swapped;
        at = child;
    }
}

/* Heap sort: no allocation, and the order is total. */
static void sort(struct associate_pair *pairs, size_t count)
{
    for (size_t i = count / 2; i-- > 0;) {
        sift(pairs, i, count);
    }
    for (size_t end = count; end-- > 1;) {
        struct associate_pair largest = pairs[0];
        pairs[0] = pairs[end];
        pairs[end] = largest;
        sift(pairs, 0, end);
    }
}

/* Could the pair be within the gate at all? Cheap, and never wrong the other way: the gate
 * is an ellipse inside this square. */
static bool is_near(const struct view_track *track, const struct view_object *object)
{
    double t = track->at.sigma_along_m > track->at.sigma_across_m
                   ? track->at.sigma_along_m
                   : track->at.sigma_across_m;
    double o =
        object->sigma_x_m > object->sigma_y_m ? object->sigma_x_m : object->sigma_y_m;
    double reach_2 = VIEW_GATE_D2 * (t * t + o * o);
    double dx = track->at.x_m - object->x_m;
    double dy = track->at.y_m - object->y_m;
    return dx * dx <= reach_2 && dy * dy <= reach_2;
}

static size_t gather(struct associate *room, const struct view_track *tracks,
                     uint32_t track_count, const struct view_object *objects,
                     uint32_t first, uint32_t count)
{
    size_t pairs = 0;
    for (uint32_t i = 0; i < track_count; i++) {
        for (uint32_t j = first; j < first + count; j++) {
            if (!is_near(&tracks[i], &objects[j])) {
                continue;
            }
            double d2 = associate_d2(&tracks[i], &objects[j]);
            if (d2 > VIEW_GATE_D2) {
                continue;
            }
            if (pairs == ASSOCIATE_PAIRS_MOST) {
                room->cut++;
                continue;
            }
            room->pairs[pairs++] = (struct associate_pair){d2, i, j};
        }
    }
    return pairs;
}

void associate_stream(struct associate *room, struct view_track *tracks,
                      uint32_t track_count, struct view_object *objects, uint32_t first,
                      uint32_t count)
{
    size_t pairs = gather(room, tracks, track_count, objects, first, count);
    sort(room->pairs, pairs);
    uint8_t taken[VIEW_TRACKS_MOST] = {0};
    for (size_t p = 0; p < pairs; p++) {
        const struct associate_pair *pair = &room->pairs[p];
        struct view_object *object = &objects[pair->object];
        struct view_track *track = &tracks[pair->track];
        if (taken[pair->track] || object->track_index != ASSOCIATE_NONE) {
            continue;
        }
        taken[pair->track] = 1;
        object->track_index = pair->track;
        object->d2 = pair->d2;
        if (!track->sensed || pair->d2 < track->d2) {
            track->sensed = true;
            track->object_index = pair->object;
            track->sensed_x_m = object->x_m;
            track->sensed_y_m = object->y_m;
            track->d2 = pair->d2;
        }
    }
}
