/* SPDX-License-Identifier: Apache-2.0 */
/* True states and the map in; what each agent does across its way, what it does as a
 * vulnerable road user and what it is, out into its row. */
#include "base/fmath.h"
#include "engine/inside.h"
#include "label/leaf.h"

#define EYE_M       1.5
#define BODY_M      1.0
#define DRIFT_M     0.5   /* aside of one's way */
#define LOOK_MOST_M 150.0 /* further away hidden does not matter */

/* Is it hidden from the ego nearest to it, by a wall or a parked vehicle? */
static bool hidden(const struct engine *e, uint32_t agent)
{
    const struct state *s = &e->truth[agent], *eye = NULL;
    double nearest = LOOK_MOST_M;
    for (size_t i = 0; e->setup.walls && i < e->ego_count; i++) {
        const struct state *ego = &e->truth[e->egos[i].agent];
        double d = fm_hypot(ego->x_m - s->x_m, ego->y_m - s->y_m);
        if (e->egos[i].agent != agent && ego->present && d < nearest) {
            nearest = d;
            eye = ego;
        }
    }
    if (!eye) {
        return false;
    }
    const double from[3] = {eye->x_m, eye->y_m, EYE_M};
    const double to[3] = {s->x_m, s->y_m, BODY_M};
    return walls_blocker(e->setup.walls, from, to) >= 0;
}

static struct label lateral(const struct state *s, const struct ground *g,
                            const struct act_more *more, bool vehicle)
{
    static const int turns[] = {
        [GROUND_STRAIGHT] = 0, [GROUND_LEFT] = 1, [GROUND_RIGHT] = -1, [GROUND_U] = 2};
    bool inside = g->lane && g->turn_in_m == 0;
    struct act_lat_subject subject = {.known = true,
                                      .vehicle = vehicle,
                                      .map = g->known,
                                      .lane = g->lane,
                                      .on_road = g->on_road,
                                      .turn = inside ? turns[g->turn] : 0,
                                      .moves_aside_m = g->moves_aside_m,
                                      .turned_rad = more->bend.turned_rad,
                                      .lateral_mps2 = s->yaw_rate_radps * s->speed_mps};
    return act_lat(&subject);
}

static struct label as_vru(struct engine *e, uint32_t agent, const struct ground *g,
                           double kerb_mps)
{
    const struct state *s = &e->truth[agent];
    enum sender_kind kind = e->agents[agent].kind;
    struct act_more *more = &e->act_more[agent];
    bool rides = kind == KIND_CYCLIST || kind == KIND_EBIKE || kind == KIND_ESCOOTER;
    struct act_vru_subject subject = {
        .vru = kinds_is_vru(kind),
        .rides = rides,
        .map = g->known,
        .on_crosswalk = g->on_crosswalk,
        .kerb_m = g->kerb_m,
        .kerb_mps = kerb_mps,
        .along_rad = fm_wrap_angle(s->yaw_rad - g->lane_yaw_rad),
        .speed_mps = fm_abs(s->speed_mps),
        .hidden_s = -1,
    };
    if (subject.vru && hidden(e, agent)) {
        more->t_hidden = e->now;
        more->was_hidden = true;
    }
    if (more->was_hidden) {
        subject.hidden_s = span_s(tai_since(e->now, more->t_hidden));
    }
    return act_vru(&subject);
}

void acts_columns(struct engine *e, uint32_t agent, struct row_agent *row)
{
    const struct state *s = &e->truth[agent];
    const struct agent *a = &e->agents[agent];
    struct act_more *more = &e->act_more[agent];
    struct ground g = {.known = false, .turn_in_m = -1};
    if (e->source.ground) {
        g = e->source.ground(e->source.self, agent);
    }
    double dt_s = more->stepped ? span_s(tai_since(e->now, more->t)) : 0;
    double kerb_mps = dt_s > 0 ? (more->kerb_m - g.kerb_m) / dt_s : 0;
    act_bend_step(&more->bend, s->yaw_rate_radps, dt_s);
    struct kind_subject kind = {.kind = a->kind,
                                .height_m = a->height_m,
                                .length_m = a->length_m,
                                .speed_mps = fm_abs(s->speed_mps)};
    bool vehicle = veh_type(&kind).leaf != LEAF_VEH_TYPE_NA;
    row->act_lat = leaf_code(lateral(s, &g, more, vehicle).leaf);
    row->act_vru = leaf_code(as_vru(e, agent, &g, kerb_mps).leaf);
    row->vru_type = leaf_code(vru_type(&kind).leaf);
    row->veh_type = leaf_code(veh_type(&kind).leaf);
    more->t = e->now;
    more->stepped = true;
    more->kerb_m = g.kerb_m;
    more->drifts = fm_abs(g.moves_aside_m) >= DRIFT_M;
    if (fm_abs(g.moves_aside_m) >= leaf_param(NULL, PARAM_ACT_LAT_LANE_CHANGE_M)) {
        more->changed_lane = true;
        more->t_lane = e->now;
    }
}
