/* SPDX-License-Identifier: Apache-2.0 */
/* Windows: what an ego went through for WINDOW_S, labelled by what followed within
 * HORIZON_S (seq.out).
 *
 *   windows_open    a window of an ego ends now; its outcome is not known yet
 *   windows_event   an encounter of that ego reached a rung of enc.out
 *   windows_step    windows whose horizon has passed become final
 *   windows_close   the ego is gone, or the recording ends: what was not seen is censored
 *   windows_take    final ones, oldest first
 *
 * A window that something followed waits until two that nothing followed are found with
 * about the same speed and as many agents around, so that neither alone tells them apart;
 * at the latest windows_finish lets it go. Bounded: see WINDOWS_ constants. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "label/label.h"

#define WINDOWS_EVENTS  64   /* of one ego within a horizon; the mildest give way */
#define WINDOWS_OPEN    16   /* of one ego at a time */
#define WINDOWS_CALM    4096 /* newest without event that are looked through */
#define WINDOWS_WAITING 1024 /* with event that still lack a match */
#define WINDOWS_MATCHES 2

/* seq.out: what followed. */
struct seq_out_subject {
    uint16_t worst;    /* LEAF_ENC_OUT_ reached in the horizon; 0: none */
    bool complete;     /* all of the horizon was seen */
    double to_event_s; /* read if worst is a conflict or more */
};
struct label seq_out(const struct seq_out_subject *s);

struct window {
    uint64_t uid;     /* same in every tier of a world: (seed, scenario, ego, instant) */
    uint32_t ego;     /* agent index */
    struct tai t;     /* it ends */
    double speed_mps; /* true */
    bool own_known;
    double own_mps; /* as it measures itself */
    uint32_t near;  /* agents around */
    uint32_t messages, senders, cut;
    /* when final */
    struct label label;
    bool has_event;
    struct tai t_event, t_known;
    uint64_t enc_id;
    uint32_t other;
    uint64_t matched[WINDOWS_MATCHES];
    uint32_t matched_count;
};

struct window_event {
    struct tai t;
    uint16_t leaf; /* LEAF_ENC_OUT_ */
    uint64_t enc_id;
    uint32_t other;
};

struct windows; /* opaque */

MUST_USE int windows_new(struct windows **all, size_t egos, uint64_t run_key,
                         struct fail *fail);
uint64_t windows_uid(const struct windows *all, uint32_t agent, struct tai t);
/* place: of the ego, 0 .. egos - 1. Windows of one ego are opened in rising order. */
void windows_open(struct windows *all, size_t place, const struct window *window);
void windows_event(struct windows *all, size_t place, const struct window_event *event);
void windows_step(struct windows *all, struct tai t);
void windows_close(struct windows *all, size_t place, struct tai t);
/* Everything is final now; no open windows may be left. */
void windows_finish(struct windows *all);
bool windows_take(struct windows *all, struct window *out);
void windows_free(struct windows *all);
