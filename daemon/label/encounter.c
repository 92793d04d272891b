/* SPDX-License-Identifier: Apache-2.0 */
/* True states of all agents at rising instants in; finished encounters and changes of their
 * running level out. Each pair keeps its extremes and a short trail; nothing grows. */
#include "label/encounter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/fmath.h"
#include "label/swept.h"

struct pair {
    struct encounter e;
    struct rel_subject last; /* as of t_last */
    struct tai t_last, t_near;
    double mass_ego_kg, mass_other_kg;
    double yaw_ego_rad, yaw_other_rad;
    struct swept trail_ego, trail_other;
    struct tai braked_ego, braked_other; /* newest evasive instant */
    bool has_braked_ego, has_braked_other;
    bool evaded_ego, evaded_other; /* as of the minimum */
    bool approached;
    struct enc_kind_subject now, kind;   /* of this tick; as of the worst moment */
    struct tai t_slow_ego, t_slow_other; /* when the least accelerations were */
    struct tai t_kind;                   /* the worst moment */
    uint16_t reached;                    /* worst so far, on the extremes so far */
    uint16_t level;
    struct tai t_level; /* when the level last held */
};

struct encounters {
    struct pair *pairs;
    struct encounter *finished;
    struct encounter_level *levels;
    struct encounter_event *events;
    uint32_t *slots;   /* place in pairs + 1, by key; rebuilt each step */
    uint64_t *refused; /* keys of pairs that found no room, each once; 0: free */
    size_t most, slot_count, count, left_out;
    size_t finished_count, finished_taken, level_count, level_taken, event_count,
        event_taken;
    uint64_t run_key;
    struct tai t;
};

int encounter_new(struct encounters **all, size_t pairs_most, uint64_t run_key,
                  struct fail *fail)
{
    struct encounters *e = calloc(1, sizeof *e);
    *all = e;
    if (e != NULL) {
        e->most = pairs_most;
        e->run_key = run_key;
        e->slot_count = 16;
        while (e->slot_count < 2 * pairs_most) {
            e->slot_count *= 2;
        }
        e->pairs = calloc(pairs_most + 1, sizeof *e->pairs);
        e->finished = calloc(pairs_most + 1, sizeof *e->finished);
        /* One change of each that ran and of each that began. */
        e->levels = calloc(2 * pairs_most + 1, sizeof *e->levels);
        e->events = calloc(2 * pairs_most + 1, sizeof *e->events);
        e->slots = calloc(e->slot_count, sizeof *e->slots);
        e->refused = calloc(e->slot_count, sizeof *e->refused);
    }
    if (e == NULL || e->pairs == NULL || e->finished == NULL || e->levels == NULL ||
        e->events == NULL || e->slots == NULL || e->refused == NULL) {
        encounter_free(e);
        *all = NULL;
        return fail_set(fail, RESULT_MEMORY, "%zu encounters", pairs_most);
    }
    return 0;
}

static double limit(enum param param)
{
    return leaf_param(NULL, param);
}

static size_t slot_of(const struct encounters *all, uint32_t ego, uint32_t other)
{
    size_t i = draw_mix(draw_pair(ego, other)) & (all->slot_count - 1);
    while (all->slots[i] != 0) {
        const struct encounter *e = &all->pairs[all->slots[i] - 1].e;
        if (e->ego == ego && e->other == other) {
            break;
        }
        i = (i + 1) & (all->slot_count - 1);
    }
    return i;
}

static const struct known_agent *find(const struct known_agent *agents, size_t count,
                                      uint32_t index)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (agents[middle].index < index) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && agents[low].index == index ? &agents[low] : NULL;
}

/* Boxes within 5 s or 50 m. */
static bool near_now(const struct rel_subject *s)
{
    return s->clearance_m <= limit(PARAM_ENC_OUT_START_M) ||
           s->ttc.status == MEASURE_OVERLAP ||
           (s->ttc.status == MEASURE_VALID &&
            s->ttc.value <= limit(PARAM_ENC_OUT_INTERACTION_S));
}

/* Boxes or paths within 5 s of each other. */
static bool approaches(const struct rel_subject *s)
{
    double most = limit(PARAM_ENC_OUT_INTERACTION_S);
    const struct crossing *x = &s->crossing;
    return s->ttc.status == MEASURE_OVERLAP ||
           (s->ttc.status == MEASURE_VALID && s->ttc.value <= most) ||
           (s->headway.status == MEASURE_VALID && s->headway.value <= most) ||
           (x->status == MEASURE_VALID && x->ttcp_a.value <= most &&
            x->ttcp_b.value <= most && x->gap_s <= most);
}

/* Either one's braking suffices, so the lesser need is the pair's. */
static struct measure pair_a_req(const struct rel_subject *s)
{
    if (s->a_req.status != MEASURE_VALID) {
        return s->a_req_other;
    }
    if (s->a_req_other.status != MEASURE_VALID || s->a_req.value < s->a_req_other.value) {
        return s->a_req;
    }
    return s->a_req_other;
}

static struct swept_sample sample_of(const struct known_agent *a, struct tai t)
{
    return (struct swept_sample){t, a->x_m, a->y_m, a->yaw_rad};
}

/* Beyond comfortable braking or swerving now? */
static bool evades(const struct known_agent *a, double speed_mps, double yaw_before_rad,
                   double dt_s)
{
    bool brakes = a->accel_known && a->accel_mps2 < -limit(PARAM_ENC_EVASIVE_BRAKE_MPS2);
    double rate = dt_s > 0 ? fm_wrap_angle(a->yaw_rad - yaw_before_rad) / dt_s : 0;
    return brakes || fm_abs(rate * speed_mps) > limit(PARAM_ENC_EVASIVE_LATERAL_MPS2);
}

static void note_evasion(struct pair *p, const struct known_agent *ego,
                         const struct known_agent *other, const struct rel_subject *s,
                         struct tai t)
{
    double dt = span_s(tai_since(t, p->t_last));
    if (evades(ego, s->ego_mps, p->yaw_ego_rad, dt)) {
        p->braked_ego = t;
        p->has_braked_ego = true;
    }
    if (evades(other, s->other_mps, p->yaw_other_rad, dt)) {
        p->braked_other = t;
        p->has_braked_other = true;
    }
    p->yaw_ego_rad = ego->yaw_rad;
    p->yaw_other_rad = other->yaw_rad;
}

/* The least of the last seconds. */
static void note_doing(struct enc_doing *d, struct tai *t_least,
                       const struct known_agent *a, double speed_mps, struct tai t)
{
    int64_t window = span_from_s(limit(PARAM_ENC_PCS_BEFORE_S)).ns;
    bool old = tai_since(t, *t_least).ns > window;
    if (old || a->accel_mps2 <= d->accel_mps2) {
        d->accel_mps2 = a->accel_mps2;
        *t_least = t;
    }
    d->speed_mps = speed_mps;
    d->turned_rad = a->turned_rad;
    d->changes_lane = a->changes_lane;
    /* ABS alone is hard braking; with a slide aside, or traction or stability control at
     * work, control is lost. */
    bool abs_works = (a->events & (1u << 2)) != 0;
    d->control_lost = d->control_lost || (a->events & ((1u << 3) | (1u << 4))) != 0 ||
                      (abs_works && a->drifts);
    d->ran_red = d->ran_red || a->ran_red;
}

static void note_kind(struct pair *p, const struct known_agent *ego,
                      const struct known_agent *other, const struct rel_subject *s,
                      struct tai t)
{
    struct enc_kind_subject *k = &p->now;
    note_doing(&k->ego, &p->t_slow_ego, ego, s->ego_mps, t);
    note_doing(&k->other, &p->t_slow_other, other, s->other_mps, t);
    k->ego_kind = ego->kind;
    k->other_kind = other->kind;
    k->hidden_s = other->hidden_s;
    k->signalised = k->signalised || ego->at_signal;
    /* Headings before their present bends. */
    k->dyaw_rad = fm_wrap_angle(s->dyaw_rad - other->turned_rad + ego->turned_rad);
    k->s_m = s->s_m;
    k->y_m = s->y_m;
}

/* A turn that began before the worst moment counts with all of its bend. */
static void note_turn(struct enc_doing *worst, const struct enc_doing *now)
{
    if (fm_abs(now->turned_rad) > fm_abs(worst->turned_rad)) {
        worst->turned_rad = now->turned_rad;
    }
}

/* A new minimum: who evaded in the seconds before it? */
static void note_minimum(struct pair *p, struct tai t)
{
    p->kind = p->now;
    p->t_kind = t;
    int64_t window = span_from_s(limit(PARAM_ENC_EVASIVE_WINDOW_S)).ns;
    p->evaded_ego = p->has_braked_ego && tai_since(t, p->braked_ego).ns <= window;
    p->evaded_other = p->has_braked_other && tai_since(t, p->braked_other).ns <= window;
}

static void note_contact(struct pair *p, const struct rel_subject *s, struct tai t)
{
    double dt = span_s(tai_since(t, p->t_last));
    bool touch = boxes_overlap(&s->ego_box, &s->other_box);
    struct contact c = boxes_contact(&p->last.ego_box, p->mass_ego_kg, &p->last.other_box,
                                     p->mass_other_kg, dt);
    /* A prediction alone counts only if they were through each other before the tick. */
    struct box_contact through = boxes_contact_times(&p->last.ego_box, &p->last.other_box);
    bool passed = c.happened && !touch && through.out_s < dt;
    if (!touch && !passed) {
        return;
    }
    if (!c.happened || dt <= 0) {
        c = boxes_contact(&s->ego_box, p->mass_ego_kg, &s->other_box, p->mass_other_kg, 0);
        c.t_s = dt;
    }
    p->e.contact = true;
    p->e.t_contact = tai_add(p->t_last, span_from_s(c.t_s));
    p->e.impact_mps = c.impact_mps;
    p->e.min_ttc = measure_of(0);
    p->e.t_min_ttc = p->e.t_contact;
    note_minimum(p, t);
}

static void note_pet(struct pair *p, const struct known_agent *ego,
                     const struct known_agent *other, struct tai t)
{
    struct swept_sample at_ego = sample_of(ego, t), at_other = sample_of(other, t);
    double angle = limit(PARAM_ENC_OUT_PET_ANGLE_DEG) * (FM_PI / 180);
    bool first = p->trail_ego.count == 0;
    struct swept_sample was_ego = p->trail_ego.last, was_other = p->trail_other.last;
    swept_put(&p->trail_ego, &at_ego);
    swept_put(&p->trail_other, &at_other);
    if (first || p->e.contact) {
        return;
    }
    const struct measure pets[2] = {
        swept_pet(&p->trail_other, &p->trail_ego, &was_ego, &at_ego, angle),
        swept_pet(&p->trail_ego, &p->trail_other, &was_other, &at_other, angle)};
    for (int i = 0; i < 2; i++) {
        if (pets[i].status == MEASURE_VALID &&
            (p->e.pet.status != MEASURE_VALID || pets[i].value < p->e.pet.value)) {
            p->e.pet = pets[i];
        }
    }
}

static void note_measures(struct pair *p, const struct rel_subject *s, struct tai t)
{
    struct encounter *e = &p->e;
    struct measure a = pair_a_req(s);
    double ego = fm_hypot(s->ego_box.vx_mps, s->ego_box.vy_mps);
    double other = fm_hypot(s->other_box.vx_mps, s->other_box.vy_mps);
    double fastest = ego > other ? ego : other;
    if (!e->contact && s->ttc.status == MEASURE_VALID &&
        (e->min_ttc.status != MEASURE_VALID || s->ttc.value < e->min_ttc.value)) {
        e->min_ttc = s->ttc;
        e->t_min_ttc = t;
        note_minimum(p, t);
    }
    if (s->clearance_m < e->min_clearance_m) {
        e->min_clearance_m = s->clearance_m;
        if (e->min_ttc.status != MEASURE_VALID) {
            note_minimum(p, t);
        }
    }
    if (!e->contact && a.status == MEASURE_VALID &&
        (e->max_a_req.status != MEASURE_VALID || a.value > e->max_a_req.value)) {
        e->max_a_req = a;
    }
    e->max_speed_mps = fastest > e->max_speed_mps ? fastest : e->max_speed_mps;
    p->approached = p->approached || approaches(s);
    if (near_now(s)) {
        p->t_near = t;
    }
}

/* Running level: up at once, down when nothing held it for the hysteresis. */
static void note_level(struct encounters *all, struct pair *p, const struct rel_subject *s,
                       struct tai t)
{
    struct enc_out_subject now = {.contact = p->e.contact,
                                  .min_ttc = s->ttc,
                                  .pet = {0, MEASURE_NOT_APPLICABLE}, /* an outcome */
                                  .max_a_req = pair_a_req(s),
                                  .approached = approaches(s)};
    uint16_t level = enc_out(&now).leaf;
    int64_t slack = span_from_s(limit(PARAM_ENC_OUT_HYSTERESIS_S)).ns;
    /* Leaves stand from worst to mildest. */
    bool holds = level <= p->level;
    if (holds) {
        p->t_level = t;
    }
    if (level == p->level || (!holds && tai_since(t, p->t_level).ns < slack)) {
        return;
    }
    all->levels[all->level_count++] =
        (struct encounter_level){p->e.ego, p->e.other, level, p->level, t};
    p->level = level;
    p->t_level = t;
}

static struct enc_out_subject outcome_of(const struct pair *p)
{
    return (struct enc_out_subject){.contact = p->e.contact,
                                    .censored = p->e.censored,
                                    .min_ttc = p->e.min_ttc,
                                    .pet = p->e.pet,
                                    .max_a_req = p->e.max_a_req,
                                    .max_speed_mps = p->e.max_speed_mps,
                                    .approached = p->approached};
}

static void note_reached(struct encounters *all, struct pair *p, struct tai t)
{
    struct enc_out_subject so_far = outcome_of(p);
    uint16_t leaf = enc_out(&so_far).leaf;
    if (leaf >= p->reached) {
        return;
    }
    p->reached = leaf;
    struct tai at = leaf == LEAF_ENC_OUT_COLLISION ? p->e.t_contact : t;
    all->events[all->event_count++] =
        (struct encounter_event){p->e.enc_id, p->e.ego, p->e.other, leaf, at};
}

static void update(struct encounters *all, struct pair *p, const struct known_agent *ego,
                   const struct known_agent *other, struct tai t)
{
    struct rel_subject s = rel_subject(ego, other, 0);
    note_evasion(p, ego, other, &s, t);
    note_kind(p, ego, other, &s, t);
    if (!p->e.contact) {
        note_contact(p, &s, t);
    }
    note_measures(p, &s, t);
    note_pet(p, ego, other, t);
    if (tai_since(t, p->t_kind).ns <= span_from_s(limit(PARAM_ENC_PCS_BEFORE_S)).ns) {
        note_turn(&p->kind.ego, &p->now.ego);
        note_turn(&p->kind.other, &p->now.other);
    }
    note_level(all, p, &s, t);
    note_reached(all, p, t);
    p->last = s;
    p->t_last = t;
}

/* Counts a pair that found no room, once however often it comes. At half the table new ones
 * are no longer told apart from old ones: a lower bound then. */
static void refuse(struct encounters *all, uint32_t ego, uint32_t other)
{
    uint64_t key = draw_pair(ego, other) + 1;
    size_t i = draw_mix(key) & (all->slot_count - 1);
    while (all->refused[i] != 0 && all->refused[i] != key) {
        i = (i + 1) & (all->slot_count - 1);
    }
    if (all->refused[i] == 0 && 2 * all->left_out < all->slot_count) {
        all->refused[i] = key;
        all->left_out++;
    }
}

static void begin(struct encounters *all, const struct known_agent *ego,
                  const struct known_agent *other, const struct rel_subject *s,
                  struct tai t)
{
    if (all->count == all->most) {
        refuse(all, ego->index, other->index);
        return;
    }
    struct pair *p = &all->pairs[all->count++];
    memset(p, 0, sizeof *p);
    p->e.ego = ego->index;
    p->e.other = other->index;
    p->e.t_start = t;
    p->e.enc_id =
        label_uid(all->run_key, AXIS_ENC_OUT, draw_pair(ego->index, other->index), t);
    p->e.min_ttc = p->e.max_a_req = measure_none(MEASURE_NO_CONFLICT);
    p->e.pet = measure_none(MEASURE_NOT_APPLICABLE);
    p->e.min_clearance_m = s->clearance_m;
    p->mass_ego_kg = kinds_size(ego->kind).mass_kg;
    p->mass_other_kg = kinds_size(other->kind).mass_kg;
    p->trail_ego.length_m = s->ego_length_m;
    p->trail_ego.width_m = s->ego_width_m;
    p->trail_other.length_m = s->other_length_m;
    p->trail_other.width_m = s->other_width_m;
    p->yaw_ego_rad = ego->yaw_rad;
    p->yaw_other_rad = other->yaw_rad;
    p->level = p->reached = LEAF_ENC_OUT_NONE;
    p->t_level = p->t_last = p->t_near = t;
    p->t_slow_ego = p->t_slow_other = p->t_kind = t;
    p->now.hidden_s = -1;
    p->last = *s;
    update(all, p, ego, other, t);
}

static void finish(struct encounters *all, struct pair *p, struct tai t, bool censored)
{
    p->e.t_end = t;
    p->e.censored = censored;
    struct enc_out_subject s = outcome_of(p);
    p->e.outcome = enc_out(&s);
    p->e.evasive = enc_evasive(p->evaded_ego, p->evaded_other);
    p->kind.outcome = p->e.outcome.leaf;
    p->kind.ego.ran_red = p->now.ego.ran_red;
    p->kind.other.ran_red = p->now.other.ran_red;
    p->kind.ego.control_lost = p->now.ego.control_lost;
    p->kind.other.control_lost = p->now.other.control_lost;
    p->e.pcs = enc_pcs(&p->kind);
    p->e.ncap = enc_ncap(&p->kind);
    size_t place = all->finished_count++;
    while (place > 0 && all->finished[place - 1].enc_id > p->e.enc_id) {
        all->finished[place] = all->finished[place - 1];
        place--;
    }
    all->finished[place] = p->e;
}

static void update_running(struct encounters *all, struct tai t,
                           const struct known_agent *agents, size_t count)
{
    int64_t extra = span_from_s(limit(PARAM_ENC_OUT_EXTRA_S)).ns;
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        struct pair *p = &all->pairs[i];
        const struct known_agent *ego = find(agents, count, p->e.ego);
        const struct known_agent *other = find(agents, count, p->e.other);
        bool here = ego != NULL && other != NULL;
        if (here) {
            update(all, p, ego, other, t);
        }
        if (!here || tai_since(t, p->t_near).ns >= extra) {
            finish(all, p, here ? t : p->t_last, false);
            continue;
        }
        if (kept != i) {
            all->pairs[kept] = *p;
        }
        kept++;
    }
    all->count = kept;
}

/* Cheap refusal: further than any closing speed covers in the time. */
static bool far(const struct known_agent *a, const struct known_agent *b)
{
    double dx = a->x_m - b->x_m, dy = a->y_m - b->y_m;
    double speed =
        fm_abs(a->vx_mps) + fm_abs(a->vy_mps) + fm_abs(b->vx_mps) + fm_abs(b->vy_mps);
    double reach =
        limit(PARAM_ENC_OUT_START_M) + 40 + limit(PARAM_ENC_OUT_INTERACTION_S) * speed;
    return dx * dx + dy * dy > reach * reach;
}

static void start_new(struct encounters *all, struct tai t,
                      const struct known_agent *agents, size_t count, const uint32_t *egos,
                      size_t ego_count)
{
    for (size_t i = 0; i < ego_count; i++) {
        const struct known_agent *ego = &agents[egos[i]];
        size_t earlier = 0; /* of the egos, as k goes */
        for (size_t k = 0; k < count; k++) {
            const struct known_agent *other = &agents[k];
            bool turned = earlier < i && egos[earlier] == k; /* a pair of that ego */
            earlier += turned;
            if (k == egos[i] || turned || far(ego, other) ||
                all->slots[slot_of(all, ego->index, other->index)] != 0) {
                continue;
            }
            struct rel_subject s = rel_subject(ego, other, 0);
            if (near_now(&s)) {
                begin(all, ego, other, &s, t);
            }
        }
    }
}

void encounter_step(struct encounters *all, struct tai t, const struct known_agent *agents,
                    size_t count, const uint32_t *egos, size_t ego_count)
{
    assert(all->count == 0 || all->t.ns < t.ns);
    all->finished_count = all->finished_taken = 0;
    all->level_count = all->level_taken = 0;
    all->event_count = all->event_taken = 0;
    all->t = t;
    update_running(all, t, agents, count);
    memset(all->slots, 0, all->slot_count * sizeof *all->slots);
    for (size_t i = 0; i < all->count; i++) {
        const struct encounter *e = &all->pairs[i].e;
        all->slots[slot_of(all, e->ego, e->other)] = (uint32_t)i + 1;
    }
    start_new(all, t, agents, count, egos, ego_count);
}

void encounter_finish(struct encounters *all)
{
    all->finished_count = all->finished_taken = 0;
    all->level_count = all->level_taken = 0;
    all->event_count = all->event_taken = 0;
    for (size_t i = 0; i < all->count; i++) {
        finish(all, &all->pairs[i], all->pairs[i].t_last, true);
    }
    all->count = 0;
}

bool encounter_take(struct encounters *all, struct encounter *out)
{
    if (all->finished_taken == all->finished_count) {
        return false;
    }
    *out = all->finished[all->finished_taken++];
    return true;
}

bool encounter_take_level(struct encounters *all, struct encounter_level *out)
{
    if (all->level_taken == all->level_count) {
        return false;
    }
    *out = all->levels[all->level_taken++];
    return true;
}

bool encounter_take_event(struct encounters *all, struct encounter_event *out)
{
    if (all->event_taken == all->event_count) {
        return false;
    }
    *out = all->events[all->event_taken++];
    return true;
}

size_t encounter_left_out(const struct encounters *all)
{
    return all->left_out;
}

void encounter_row(const struct encounter *e, const char *scenario_id, const char *world_id,
                   const char *const *ids, struct row_encounter *row)
{
    memset(row, 0, sizeof *row);
    row->scenario_id = scenario_id;
    row->world_id = world_id;
    row->enc_id = e->enc_id;
    row->ego = ids[e->ego];
    row->other = ids[e->other];
    row->t_start_ns = utc_from_tai(e->t_start).ns;
    row->t_end_ns = utc_from_tai(e->t_end).ns;
    row->outcome = leaf_code(e->outcome.leaf);
    row->evasive = leaf_code(e->evasive.leaf);
    row->pcs = leaf_code(e->pcs.leaf);
    row->pcs_scheme = "NHTSA-2007-37";
    row->ncap = leaf_code(e->ncap.leaf);
    if (e->pcs.leaf != LEAF_ENC_PCS_NA) {
        ROW_SET(row, encounter, pcs_number, e->pcs.leaf - LEAF_ENC_PCS_NA);
    }
    row->censored = e->censored;
    ROW_SET(row, encounter, min_clearance_m, e->min_clearance_m);
    if (e->min_ttc.status == MEASURE_VALID) {
        ROW_SET(row, encounter, min_ttc_s, e->min_ttc.value);
        ROW_SET(row, encounter, t_min_ttc_ns, utc_from_tai(e->t_min_ttc).ns);
    }
    if (e->pet.status == MEASURE_VALID) {
        ROW_SET(row, encounter, pet_s, e->pet.value);
    }
    if (e->max_a_req.status == MEASURE_VALID) {
        ROW_SET(row, encounter, max_a_req_mps2, e->max_a_req.value);
    }
    if (e->contact) {
        ROW_SET(row, encounter, t_contact_ns, utc_from_tai(e->t_contact).ns);
        ROW_SET(row, encounter, impact_speed_mps, e->impact_mps);
    }
}

void encounter_free(struct encounters *all)
{
    if (all == NULL) {
        return;
    }
    free(all->pairs);
    free(all->finished);
    free(all->levels);
    free(all->events);
    free(all->slots);
    free(all->refused);
    free(all);
}
