/* SPDX-License-Identifier: Apache-2.0 */
/* Labels of a whole run: how degraded it was by what was measured, and where it took place.
 * Gathered each second, told at the end. */
#include "engine/inside.h"
#include "label/axes_odd.h"
#include "label/leaf.h"

#define JUNCTION_M 200.0 /* further ahead it is not on the way yet */

void surroundings_second(struct engine *e)
{
    struct surroundings *s = &e->surroundings;
    for (size_t i = 0; e->truth && i < e->ego_count; i++) {
        uint32_t agent = e->egos[i].agent;
        if (!e->truth[agent].present) {
            continue;
        }
        s->seconds++;
        s->agents += history_agents_near(e, agent);
        s->signals = s->signals || e->act_more[agent].had_signal;
        if (!e->source.ground) {
            continue;
        }
        struct ground g = e->source.ground(e->source.self, agent);
        s->map = s->map || g.known;
        s->lane = s->lane || g.lane;
        s->limit_mps = g.lane && g.limit_mps > s->limit_mps ? g.limit_mps : s->limit_mps;
        s->junction = s->junction || (g.turn_in_m >= 0 && g.turn_in_m <= JUNCTION_M);
    }
}

static int tell(struct engine *e, struct label label, enum label_provenance provenance,
                struct fail *fail)
{
    struct label_key key = sight_key(e, NULL, NULL, e->setup.start, e->now);
    key.subject_key = e->run_key;
    key.provenance = provenance;
    key.t_avail = e->now;
    return sight_label(e, &label, &key, fail);
}

int surroundings_finish(struct engine *e, struct fail *fail)
{
    const struct surroundings *s = &e->surroundings;
    struct engine_totals t = engine_totals(e);
    struct deg_tier_subject tier = {
        .known = t.intended > 0,
        .latency_ms = t.achieved_latency_ms[0] > 0 ? t.achieved_latency_ms[0] : 0,
        .loss = t.achieved_loss};
    struct odd_road_subject road = {.known = s->lane,
                                    .parking = s->map && !s->lane && s->seconds > 0,
                                    .limit_mps = s->limit_mps};
    struct odd_junction_subject junction = {
        .known = s->map, .signals = s->signals, .any = s->junction};
    int code = tell(e, deg_tier(&tier), PROVENANCE_RULE_GT, fail);
    code =
        code < 0 ? code : tell(e, odd_weather(e->setup.weather), PROVENANCE_IMPORTED, fail);
    code = code < 0 ? code
                    : tell(e, odd_light(e->setup.light_told), PROVENANCE_IMPORTED, fail);
    code = code < 0 ? code : tell(e, odd_road(&road), PROVENANCE_RULE_GT, fail);
    code = code < 0 ? code : tell(e, odd_junction(&junction), PROVENANCE_RULE_GT, fail);
    if (code == 0 && s->seconds > 0) {
        struct label density = odd_density(s->agents / (double)s->seconds, NULL);
        code = tell(e, density, PROVENANCE_RULE_GT, fail);
    }
    return code;
}
