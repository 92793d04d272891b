/* SPDX-License-Identifier: Apache-2.0 */
/* What a radio technology is: one profile per technology, every parameter a named number
 * with its unit, range and sentence, so that help, checks and `v2x air --set` are one
 * table. Sources: docs/air.md, "Profiles". */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "air/propagation.h"
#include "base/result.h"
#include "model/air_config.h"
#include "model/kinds.h"

/* How a station gets at the medium. */
enum radio_access { RADIO_CSMA, RADIO_SPS, RADIO_CELL };

/* name, default of 802.11p / PC5 LTE / PC5 NR / Uu, least, most, unit, sentence */
// clang-format off
#define RADIO_TABLE(X)                                                                       \
    X(power_dbm, 20, 20, 23, 23, -50, 50, "dBm", "transmit power over the whole channel")   \
    X(gain_tx_db, 0, 0, 0, 0, -30, 30, "dB", "antenna gain of the sender")                  \
    X(gain_rx_db, 0, 0, 0, 0, -30, 30, "dB", "antenna gain of the receiver")                \
    X(noise_figure_db, 6, 9, 9, 9, 0, 30, "dB", "noise figure; noise is -174 dBm/Hz above") \
    X(bandwidth_mhz, 10, 10, 20, 20, 1, 100, "MHz", "channel bandwidth")                    \
    X(frequency_ghz, 5.9, 5.9, 5.9, 3.5, 0.4, 100, "GHz", "carrier")                        \
    X(h_tx_m, 1, 1, 1, 1, 0.1, 100, "m", "effective height in the path-loss law")           \
    X(h_rx_m, 1, 1, 1, 1, 0.1, 100, "m", "effective height in the path-loss law")           \
    X(sigma_db, 3, 3, 3, 4, 0, 20, "dB", "log-normal shadowing")                            \
    X(shadow_m, 25, 25, 25, 25, 0, 1000, "m", "its decorrelation; 0: anew for each message") \
    X(nakagami_m, 0, 0, 0, 0, 0, 50, "", "fading on top of an AWGN error rate; 0: none")    \
    X(sensing_dbm, -92, -100, -100, -120, -150, 0, "dBm", "weaker frames are not noticed")  \
    X(floor_db, 10, 10, 10, 0, 0, 40, "dB", "interference is followed down to noise minus this") \
    X(wall_db, 9, 9, 9, 9, 0, 50, "dB", "per wall crossed")                                 \
    X(wall_metre_db, 0.4, 0.4, 0.4, 0.4, 0, 10, "dB", "per metre inside a building")        \
    X(size_overhead, 132, 132, 132, 100, 0, 2000, "octets", "security and network headers around a message") \
    X(rate_mbps, 6, 0, 0, 0, 0, 27, "Mb/s", "802.11p bit rate")                             \
    X(mac_octets, 38, 0, 0, 0, 0, 200, "octets", "802.11p MAC, LLC and FCS")                \
    X(carrier_dbm, -92, 0, 0, 0, -150, 0, "dBm", "802.11p: a frame above keeps the medium busy, followed or not") \
    X(capture_db, 100, 0, 0, 0, 0, 100, "dB", "802.11p: a later frame that much stronger is taken instead") \
    X(energy_dbm, -65, 0, 0, 0, -120, 0, "dBm", "802.11p: busy whatever it is")             \
    X(aifsn, 6, 0, 0, 0, 0, 15, "", "802.11p EDCA")                                         \
    X(cw, 15, 0, 0, 0, 0, 1023, "", "802.11p contention window")                            \
    X(slot_us, 13, 0, 0, 0, 0, 100, "us", "802.11p slot")                                   \
    X(sifs_us, 32, 0, 0, 0, 0, 200, "us", "802.11p SIFS")                                   \
    X(detect_us, 4, 0, 0, 0, 0, 50, "us", "802.11p: until a frame that began is noticed")   \
    X(subframe_ms, 0, 1, 0.5, 0, 0, 1, "ms", "PC5 slot")                                    \
    X(subchannels, 0, 4, 5, 0, 0, 20, "", "PC5 sub-channels")                               \
    X(subchannel_rb, 0, 12, 10, 0, 0, 100, "", "resource blocks of a sub-channel")          \
    X(message_rb, 0, 0, 0, 0, 0, 100, "", "resource blocks of a message; 0: from its size") \
    X(efficiency, 0, 1, 1.5, 0, 0, 8, "bit/s/Hz", "PC5 modulation and coding")              \
    X(channel_rb, 0, 50, 50, 0, 0, 275, "", "resource blocks of the channel")               \
    X(fixed_density, 0, 0, 0, 0, 0, 1, "", "1: power is spread over the whole channel")     \
    X(rri_ms, 0, 100, 100, 0, 0, 1000, "ms", "PC5 reservation interval")                    \
    X(keep, 0, 0.8, 0.4, 0, 0, 0.999, "", "PC5 probability to keep a resource")             \
    X(t1_ms, 0, 1, 1, 0, 0, 10, "ms", "PC5 selection window begins")                        \
    X(t2_ms, 0, 100, 100, 0, 0, 100, "ms", "PC5 selection window ends")                     \
    X(exclude_dbm, 0, -110, -126, 0, -150, 0, "dBm", "PC5 reservations above are avoided")  \
    X(candidate_share, 0, 0.2, 0.2, 0, 0, 1, "", "PC5 share of resources to choose from")   \
    X(ranked, 0, 1, 0, 0, 0, 1, "", "1: the least occupied are chosen from (mode 4)")       \
    X(copies, 0, 0, 0, 0, 0, 1, "", "PC5 blind copies")                                     \
    X(emission_ibe, 0, 1, 1, 0, 0, 1, "", "1: in-band emission disturbs neighbours")        \
    X(cbr_dbm, 0, -94, -94, 0, -150, 0, "dBm", "PC5 sub-channel counts as busy above")      \
    X(threshold_db, 0, 0, 0, 0, -20, 60, "dB", "error rate `threshold`: 50 % here")         \
    X(radio_ms, 0, 0, 0, 1.5, 0, 1000, "ms", "Uu up and down link, mean")                   \
    X(transport_ms, 0, 0, 0, 2.4, 0, 1000, "ms", "Uu transport, mean")                      \
    X(core_ms, 0, 0, 0, 2.0, 0, 1000, "ms", "Uu core, mean")                                \
    X(server_ms, 0, 0, 0, 0.5, 0, 1000, "ms", "Uu application server, mean")                \
    X(internet_ms, 0, 0, 0, 10.7, 0, 1000, "ms", "Uu internet, mean; 0: none")              \
    X(internet_p90_ms, 0, 0, 0, 20.7, 0, 5000, "ms", "Uu internet, 90 %")                   \
    X(radio_loss, 0, 0, 0, 0.0005, 0, 1, "", "Uu loss on the radio in coverage")            \
    X(server_loss, 0, 0, 0, 0.0001, 0, 1, "", "Uu loss at the server")                      \
    X(cell_m, 0, 0, 0, 500, 0, 20000, "m", "Uu inter-site distance")                        \
    X(coverage_share, 0, 0, 0, 1, 0, 1, "", "Uu share of cells that are there")             \
    X(hysteresis_db, 0, 0, 0, 3, 0, 20, "dB", "Uu A3 margin")                               \
    X(trigger_ms, 0, 0, 0, 160, 0, 5000, "ms", "Uu time to trigger")                        \
    X(interruption_ms, 0, 0, 0, 50, 0, 5000, "ms", "Uu handover interruption")              \
    X(lifetime_ms, 0, 0, 0, 100, 0, 5000, "ms", "Uu: older in the buffer are lost")         \
    X(failure_share, 0, 0, 0, 0.03, 0, 1, "", "Uu handovers that fail")                     \
    X(failure_ms, 0, 0, 0, 1000, 0, 10000, "ms", "Uu outage after a failed handover")       \
    X(background, 0, 0, 0, 0, 0, 0.95, "", "802.11p: share of time that others keep the medium busy")
// clang-format on

struct radio {
    enum technology technology;
    enum radio_access access;
    enum propagation_law law;
    const struct propagation *preset; /* of law SLOPES */
    const char *errors;               /* name of an error rate, errors.h */
#define X(name, ...) double name;
    RADIO_TABLE(X)
#undef X
};

/* A parameter as a reader sees it. */
struct radio_key {
    const char *name;
    size_t offset;
    double least, most;
    const char *unit, *sentence;
};
extern const struct radio_key radio_keys[];
extern const size_t radio_key_count;

/* The profile of a technology; false: it is no radio (ideal, captured). */
bool radio_profile(enum technology technology, struct radio *radio);

/* KEY=VALUE by name; also path_loss=NAME (propagation.h, its presets) and errors=NAME.
 * RESULT_USAGE with key, value and reason. */
MUST_USE int radio_set(struct radio *radio, const char *key, const char *value,
                       struct fail *fail);

/* The parameters behind published curves, over the technology's profile: `umh` (dsrc,
 * its-g5, lte-v2x), `ns3-highway`, `ns3-domain` (dsrc, its-g5), `wilab` (its-g5, lte-v2x,
 * nr-v2x). RESULT_USAGE: no such set. */
MUST_USE int radio_preset(struct radio *radio, const char *name, struct fail *fail);

/* The technology's profile with config->radio_sets over it (`preset` is one of them), or
 * what is given instead (may be NULL); checked. RESULT_USAGE with key, value and reason. */
MUST_USE int radio_of_config(const struct air_config *config, const struct radio *given,
                             struct radio *radio, struct fail *fail);

/* Every number within its range, and the parameters together possible: a fading error
 * table with fading on top is refused. */
MUST_USE int radio_check(const struct radio *radio, struct fail *fail);

/* The law with its parameters. */
struct propagation radio_path(const struct radio *radio);

/* Resource blocks and sub-channels that a message of so many octets (with overhead) takes
 * on PC5. */
double radio_blocks(const struct radio *radio, double octets);
int radio_subchannels(const struct radio *radio, double blocks);
