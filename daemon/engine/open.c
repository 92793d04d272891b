/* SPDX-License-Identifier: Apache-2.0 */
/* Everything a run will need is taken here, and given back here. */
#include <stdlib.h>

#include "engine/inside.h"

/* Bounds: what 12 s of 10 Hz can hold, and a floor for small runs. */
static struct flight_limits limits_for(uint32_t agents)
{
    uint64_t messages = (uint64_t)agents * 130;
    messages = messages < 4096 ? 4096 : messages > 400000 ? 400000 : messages;
    uint64_t receptions = messages * (agents < 100 ? agents + 1 : 100);
    receptions = receptions < 65536 ? 65536 : receptions > 8000000 ? 8000000 : receptions;
    return (struct flight_limits){.messages_most = (uint32_t)messages,
                                  .receptions_most = (uint32_t)receptions,
                                  .octets_most = 64u << 20};
}

static bool take_arrays(struct engine *e)
{
    size_t n = e->setup.agents_most;
    e->history = calloc(e->setup.replay ? 1 : n * TRUTH_TICKS, sizeof *e->history);
    e->truth_between = calloc(n, sizeof *e->truth_between);
    e->ids = calloc(n, sizeof *e->ids);
    e->act = calloc(n, sizeof *e->act);
    e->act_leaf = calloc(n, sizeof *e->act_leaf);
    e->act_more = calloc(n, sizeof *e->act_more);
    e->last_claim = calloc(n, sizeof *e->last_claim);
    e->last_claim_t = calloc(n, sizeof *e->last_claim_t);
    e->sent = calloc(e->setup.replay ? 1 : n * SENT_DEPTH, sizeof *e->sent);
    e->equipped = calloc(n, sizeof *e->equipped);
    e->clock_error = calloc(n, sizeof *e->clock_error);
    e->x_m = calloc(n, sizeof *e->x_m);
    e->y_m = calloc(n, sizeof *e->y_m);
    e->vx_mps = calloc(n, sizeof *e->vx_mps);
    e->vy_mps = calloc(n, sizeof *e->vy_mps);
    e->antenna_m = calloc(n, sizeof *e->antenna_m);
    e->kinds = calloc(n, sizeof *e->kinds);
    e->boxes = calloc(n, sizeof *e->boxes);
    e->receives = calloc(n, sizeof *e->receives);
    e->reception_room = n < 4096 ? 65536 : n * 16;
    e->receptions = calloc(e->reception_room, sizeof *e->receptions);
    e->tick_octets_room = (size_t)16 << 20;
    e->tick_octets = malloc(e->tick_octets_room);
    e->known = calloc(VIEW_TRACKS_MOST, sizeof *e->known);
    e->view_messages = calloc(VIEW_TRACKS_MOST, sizeof *e->view_messages);
    e->sync_sigmas_ms = calloc(SYNC_SIGMAS_MOST, sizeof *e->sync_sigmas_ms);
    e->latency_bins = calloc(LATENCY_BINS, sizeof *e->latency_bins);
    return e->history && e->truth_between && e->ids && e->act && e->act_leaf &&
           e->act_more && e->sent && e->last_claim && e->last_claim_t && e->equipped &&
           e->clock_error && e->x_m && e->y_m && e->vx_mps && e->vy_mps && e->antenna_m &&
           e->kinds && e->boxes && e->receives && e->receptions && e->tick_octets &&
           e->known && e->view_messages && e->sync_sigmas_ms && e->latency_bins;
}

static int open_rooms(struct engine *e, struct fail *fail)
{
    const struct engine_setup *s = &e->setup;
    e->codec = codec_new();
    e->its = its_new();
    if (!e->codec || !e->its || !take_arrays(e)) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %u agents", s->agents_most);
    }
    e->air_setup = (struct air_setup){.config = &e->setup.air,
                                      .seed = s->seed,
                                      .agents_most = s->agents_most,
                                      .threads_most = s->threads,
                                      .start = s->start,
                                      .walls = s->walls};
    int code = air_new(&e->air, &e->air_setup, fail);
    code = code < 0 ? code : pool_new(&e->pool, s->threads, fail);
    uint64_t flows =
        (uint64_t)s->agents_most * (s->agents_most < 500 ? s->agents_most : 500);
    struct receiver_config bank = {.flows_most = (uint32_t)(flows < 4096      ? 4096
                                                            : flows > 2000000 ? 2000000
                                                                              : flows)};
    code = code < 0 ? code : receiver_new(&e->bank, &bank, fail);
    struct flight_limits limits = limits_for(s->replay ? 2000 : s->agents_most);
    code = code < 0 ? code : flight_new(&e->flight, &limits, s->start, fail);
    code = code < 0 ? code : sight_open(e, fail);
    code = code < 0 ? code : clocking_open(e, fail);
    code = code < 0 ? code : several_open(e, fail);
    return code < 0 ? code : scenes_open(e, fail);
}

int engine_new(struct engine **out, const struct engine_setup *setup, struct fail *fail)
{
    struct engine *e = calloc(1, sizeof *e);
    if (!e) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the engine");
    }
    e->setup = *setup;
    e->source = setup->source;
    e->origin = setup->origin_known ? setup->origin : geo_origin_init(0, 0, 0);
    e->origin_known = setup->origin_known;
    e->now = setup->start;
    e->before = setup->start;
    e->agents = setup->agents;
    e->agent_count = setup->agent_count;
    e->run_key = label_run_key(setup->seed, setup->scenario_id);
    for (size_t i = 0; i < setup->sink_count; i++) {
        e->wants_receptions = e->wants_receptions || setup->sinks[i].wants_receptions;
    }
    int code = open_rooms(e, fail);
    if (code < 0) {
        engine_free(e);
        return code;
    }
    *out = e;
    return 0;
}

void engine_free(struct engine *e)
{
    if (!e) {
        return;
    }
    for (size_t i = 0; i < e->ego_count; i++) {
        free(e->egos[i].seen);
        free(e->egos[i].gt_of_track);
        free(e->egos[i].agree);
        free(e->egos[i].heard);
    }
    roads_close(e);
    free(e->egos);
    free(e->ego_of);
    codec_free(e->codec);
    its_free(e->its);
    air_free(e->air);
    pool_free(e->pool);
    receiver_free(e->bank);
    knowledge_free(e->knowledge);
    simulated_free(e->simulated);
    view_free(e->sync);
    clocks_free(e->clocks);
    flight_free(e->flight);
    scene_free(e->scene);
    encounter_free(e->encounters);
    windows_free(e->windows);
    free(e->history);
    free(e->truth_between);
    free(e->ids);
    free(e->act);
    free(e->act_leaf);
    free(e->act_more);
    free(e->last_claim);
    free(e->last_claim_t);
    free(e->several);
    free(e->sent);
    free(e->equipped);
    free(e->clock_error);
    free(e->x_m);
    free(e->y_m);
    free(e->vx_mps);
    free(e->vy_mps);
    free(e->antenna_m);
    free(e->kinds);
    free(e->boxes);
    free(e->receives);
    free(e->receptions);
    free(e->tick_octets);
    free(e->slots);
    free(e->sight_boxes);
    free(e->met);
    free(e->known);
    free(e->view_messages);
    free(e->scene_truth);
    free(e->scene_known);
    free(e->scene_egos);
    free(e->ego_places);
    free(e->sync_sigmas_ms);
    free(e->latency_bins);
    free(e);
}
