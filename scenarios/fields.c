/* SPDX-License-Identifier: Apache-2.0 */
/* The table of fields and how to look into it. In: paths. Out: rows, nearest spellings. */
#include "scenarios/fields.h"

#include <string.h>

#include "model/air_config.h"
#include "model/kinds.h"

#define X(name, text) text,
const char *const fields_kinds[] = {SENDER_KIND_TABLE(X) NULL};
const char *const fields_technologies[] = {SENT_OVER_TABLE(X) NULL};
const char *const fields_faults[] = {SENDER_FAULT_TABLE(X) NULL};
const char *const fields_mast_faults[] = {"none", ROAD_FAULT_TABLE(X) NULL};
const char *const fields_latencies[] = {LATENCY_LAW_TABLE(X) NULL};
const char *const fields_congestions[] = {CONGESTION_TABLE(X) NULL};
const char *const fields_modalities[] = {MODALITY_TABLE(X) NULL};
static const char *const gnss[] = {"tier", "open_sky", "suburban", "canyon", NULL};
static const char *const clocks[] = {"tier", "gnss", "ntp", NULL};
const char *const fields_links[] = {LINK_CLASS_TABLE(X) NULL};
/* The colours stand behind the names of the standard; bind.c maps them. */
const char *const fields_phases[] = {PHASE_TABLE(X) "red", "green", "yellow", NULL};
#undef X
const char *const fields_behaviours[] = {"normal", "v2x_responsive", "runs_red", "blind",
                                         NULL};
const char *const fields_placements[] = {"none", "hand", "pocket", "bag", NULL};
const char *const fields_does[] = {"brake", "speed", "hazard", "stop",
                                   "shift", "lane",  NULL};
/* In the order of enum scenario_sends. */
const char *const fields_sends[] = {"SPAT", "MAP", "CAM", "TIM", "RSA", "DENM", NULL};
/* In the order of enum scenario_responds. */
const char *const fields_responds[] = {"BSM", "PSM", "SPAT", "TIM", "RSA", "DENM", NULL};
/* In the order of enum scenario_about. */
static const char *const abouts[] = {"work_zone", "curve", "queue", "stalled", NULL};
static const char *const masts[] = {"rsu", "centre", NULL};
static const char *const standards[] = {"sae", "etsi", "both", NULL};
const char *const fields_outcomes[] = {
    "COLLISION", "NEAR_MISS_SEVERE", "NEAR_MISS", "CONFLICT", "INTERACTION", "NONE", NULL};
const char *const fields_turns[] = {"straight", "left", "right", "u_turn", NULL};
const char *const fields_appears[] = {"start", "trigger", NULL};
static const char *const applications[] = {
    "EEBL", "FCW", "BSW", "LCW", "DNPW",  "IMA", "LTA", "CLW",     "RLVW", "CSW",
    "RSZW", "PCW", "SVW", "QEW", "GLOSA", "EVW", "HLN", "PLATOON", NULL};
static const char *const pcs_schemes[] = {"NHTSA-2007-37", NULL};
static const char *const euro_ncap[] = {
    "CPFA",   "CPNA",   "CPNCO",   "CPLA",   "CPTA",   "CBNA",   "CBNAO",
    "CBFA",   "CBLA",   "CBTA",    "CBDA",   "CCRs",   "CCRm",   "CCRb",
    "CCFtap", "CCCscp", "CCFhos",  "CCFhol", "CMRs",   "CMRb",   "CMFtap",
    "CMCscp", "X.CSNA", "X.CSNAO", "X.CSFA", "X.CSLA", "X.CSTA", NULL};
static const char *const weathers[] = {"clear", "cloudy", "rain", "fog", "snow", NULL};
static const char *const lights[] = {"day", "dusk", "night", NULL};
const char *const fields_commands[] = {"tier", "fault", "air", NULL};
static const char *const plans[] = {"fixed", "actuated", NULL};

#define XY 100000 /* coordinates reach 100 km from the origin */

/* Rows that a start and an action share: how a trigger is told. */
#define TRIGGER(at)                                                                        \
    {at ".time_s", FIELD_NUMBER, "s", 0, 86400, "", NULL, "at this scenario time"},        \
        {at ".ego_ttc_s",                                                                  \
         FIELD_NUMBER,                                                                     \
         "s",                                                                              \
         0.1,                                                                              \
         60,                                                                               \
         "",                                                                               \
         NULL,                                                                             \
         "when the ego, at its present speed, is this far from where both paths cross"},   \
        {at ".at", FIELD_POINT, "m",  -XY,                                                 \
         XY,       "",          NULL, "when an agent comes near this point"},              \
        {at ".within_m", FIELD_NUMBER, "m",  0.1,                                          \
         1000,           "5",          NULL, "how near to the point of `at`"},             \
        {at ".ttc_s", FIELD_NUMBER,                                                        \
         "s",         0.1,                                                                 \
         60,          "",                                                                  \
         NULL,        "when `agent` is that many seconds away at the present approach"},   \
        {at ".sees", FIELD_ID,                                                             \
         "",         0,                                                                    \
         0,          "",                                                                   \
         NULL,       "its reaction_s after nothing hides that moving agent from it"},      \
    {                                                                                      \
        at ".agent", FIELD_ID, "", 0, 0, "", NULL,                                         \
            "whose approach counts (default: the first ego; for `at`, the agent itself)"   \
    }

// clang-format off
/* Rows that a scenario's `run` and a replay share. */
#define RECORDED_FILE(at, key)                                                             \
    {at "." key, FIELD_MAP, "", 0, 0, "", NULL, "--" key},                                 \
        {at "." key ".name", FIELD_TEXT, "", 0, 0, "!", NULL,                              \
         "file, looked for like a capture"},                                               \
    {                                                                                      \
        at "." key ".sha256", FIELD_TEXT, "", 0, 0, "", NULL, "of the file that was read"  \
    }
#define RECORDED(at)                                                                       \
    RECORDED_FILE(at, "sensors"), RECORDED_FILE(at, "objects"),                            \
        RECORDED_FILE(at, "poses"),                                                        \
        {at ".clock_maps", FIELD_ANY, "", 0, 0, "", NULL, "--clock-map: a list of texts"}, \
        {at ".egos", FIELD_TEXT, "", 0, 0, "", NULL, "--ego"},                             \
    {                                                                                      \
        at ".receivers", FIELD_TEXT, "", 0, 0, "", NULL, "--receivers"                     \
    }

const struct field fields[] = {
{"schema", FIELD_INTEGER, "", 1, 1, "!", NULL, "version of this shape"},
{"name", FIELD_ID, "", 0, 0, "!", NULL, "short name, scenario_id in the tables"},
{"caption", FIELD_TEXT, "", 0, 0, "", NULL, "one sentence about what happens"},
{"conditions", FIELD_MAP, "", 0, 0, "", NULL, "tags for labels and sensors"},
{"conditions.weather", FIELD_ENUM, "", 0, 0, "clear", weathers, "weather"},
{"conditions.light", FIELD_ENUM, "", 0, 0, "day", lights, "light; cameras notice less at dusk, and people half as often at night"},
{"tags", FIELD_MAP, "", 0, 0, "", NULL, "what this scenario is an example of"},
{"tags.application", FIELD_ENUMS, "", 0, 0, "", applications, "V2X applications that it exercises"},
{"tags.pcs", FIELD_INTEGER, "", 1, 37, "", NULL, "pre-crash scenario by number"},
{"tags.pcs_scheme", FIELD_ENUM, "", 0, 0, "NHTSA-2007-37", pcs_schemes, "whose numbers: DOT HS 810 767"},
{"tags.euro_ncap", FIELD_ENUMS, "", 0, 0, "", euro_ncap, "Euro NCAP test names; X.CS..: the same with an e-scooter, an extension"},
{"origin", FIELD_MAP, "", 0, 0, "!", NULL, "where x = y = 0 is"},
{"origin.lat_deg", FIELD_NUMBER, "deg", -89, 89, "!", NULL, "WGS-84 latitude"},
{"origin.lon_deg", FIELD_NUMBER, "deg", -180, 180, "!", NULL, "WGS-84 longitude"},
{"origin.elev_m", FIELD_NUMBER, "m", -400, 6000, "0", NULL, "height above the ellipsoid"},
{"start", FIELD_TIME, "", 0, 0, "2026-06-01T12:00:00Z", NULL, "UTC instant of scenario second 0"},
{"duration_s", FIELD_NUMBER, "s", 0.01, 86400, "!", NULL, "length of the run"},
{"seed", FIELD_SEED, "", 0, 0, "1", NULL, "all randomness comes from it; --seed wins"},
{"standard", FIELD_ENUM, "", 0, 0, "sae", standards, "whose messages stations speak: SAE (BSM, PSM, SPAT, MAP), ETSI (CAM, VAM, DENM, SPATEM, MAPEM), or both beside each other"},
{"map", FIELD_ROADS, "", 0, 0, "", NULL, "path of a map file or of a SUMO .net.xml (relative to this one), or the map in place"},
{"buildings", FIELD_LIST, "", 0, 0, "", NULL, "what hides and shadows"},
{"buildings[].id", FIELD_ID, "", 0, 0, "!", NULL, "unique"},
{"buildings[].height_m", FIELD_NUMBER, "m", 0.1, 1000, "8", NULL, "above ground"},
{"buildings[].polygon_m", FIELD_POINTS, "m", -XY, XY, "!", NULL, "3 to 256 corners, closed by itself"},
{"parked", FIELD_LIST, "", 0, 0, "", NULL, "standing vehicles that hide like buildings and never transmit"},
{"parked[].id", FIELD_ID, "", 0, 0, "!", NULL, "unique"},
{"parked[].kind", FIELD_ENUM, "", 0, 0, "car", fields_kinds, "gives the default size"},
{"parked[].at_m", FIELD_POINT, "m", -XY, XY, "!", NULL, "centre"},
{"parked[].yaw_deg", FIELD_NUMBER, "deg", -360, 360, "0", NULL, "counter-clockwise from east"},
{"parked[].length_m", FIELD_NUMBER, "m", 0.1, 40, "", NULL, "default of the kind"},
{"parked[].width_m", FIELD_NUMBER, "m", 0.1, 5, "", NULL, "default of the kind"},
{"parked[].height_m", FIELD_NUMBER, "m", 0.1, 6, "", NULL, "default of the kind"},
{"sensors", FIELD_DICT, "", 0, 0, "", NULL, "sensors by name, to be mounted by agents"},
{"sensors{}.modality", FIELD_ENUM, "", 0, 0, "!", fields_modalities, "kind of sensor"},
{"sensors{}.rate_hz", FIELD_NUMBER, "Hz", 0.1, 200, "10", NULL, "frames a second"},
{"sensors{}.range_m", FIELD_NUMBER, "m", 1, 1000, "100", NULL, "farthest detection"},
{"sensors{}.fov_deg", FIELD_NUMBER, "deg", 1, 360, "360", NULL, "horizontal field of view"},
{"sensors{}.mount_yaw_deg", FIELD_NUMBER, "deg", -180, 180, "0", NULL, "where its middle looks, 0 = ahead"},
{"sensors{}.mount_x_m", FIELD_NUMBER, "m", -30, 30, "0", NULL, "ahead of the centre of the box"},
{"sensors{}.mount_y_m", FIELD_NUMBER, "m", -5, 5, "0", NULL, "left of the centre of the box"},
{"sensors{}.mount_z_m", FIELD_NUMBER, "m", 0, 20, "1.6", NULL, "above ground"},
{"sensors{}.latency_ms", FIELD_NUMBER, "ms", 0, 2000, "50", NULL, "middle of the measurement to available"},
{"agents", FIELD_LIST, "", 0, 0, "!", NULL, "everybody who moves or transmits"},
{"agents[].id", FIELD_ID, "", 0, 0, "!", NULL, "unique"},
{"agents[].kind", FIELD_ENUM, "", 0, 0, "car", fields_kinds, "what it is; gives default size and limits of motion"},
{"agents[].ego", FIELD_BOOL, "", 0, 0, "false", NULL, "its sensors, frames and decisions are made"},
{"agents[].route", FIELD_IDS, "", 0, 0, "", NULL, "lanes of the map in order; gaps are joined by the shortest way"},
{"agents[].path_m", FIELD_POINTS, "m", -XY, XY, "", NULL, "free path instead of a route"},
{"agents[].trajectory", FIELD_TIMED, "s, m", -XY, XY, "", NULL, "[t, x, y] rows, followed exactly; present between the first and the last"},
{"agents[].smooth", FIELD_BOOL, "", 0, 0, "false", NULL, "of a trajectory: from row to row without a jump of velocity"},
{"agents[].at_m", FIELD_POINT, "m", -XY, XY, "", NULL, "stands here all the time"},
{"agents[].yaw_deg", FIELD_NUMBER, "deg", -360, 360, "0", NULL, "of a standing agent, counter-clockwise from east"},
{"agents[].towed_by", FIELD_ID, "", 0, 0, "", NULL, "a trailer: follows that agent along its course"},
{"agents[].start_m", FIELD_NUMBER, "m", 0, XY, "0", NULL, "where on its route or path it begins"},
{"agents[].offset_m", FIELD_NUMBER, "m", -20, 20, "0", NULL, "sideways of its route or path, left positive"},
{"agents[].speed_mps", FIELD_NUMBER, "m/s", 0, 83, "", NULL, "wish; default 1.4 on foot, 4.5 riding, else 13.9"},
{"agents[].initial_mps", FIELD_NUMBER, "m/s", 0, 83, "", NULL, "speed at the start; default the wish, 0 with start_when"},
{"agents[].start_when", FIELD_MAP, "", 0, 0, "", NULL, "it waits until then; one of time_s, ego_ttc_s, ttc_s, at, sees"},
TRIGGER("agents[].start_when"),
{"agents[].appears", FIELD_ENUM, "", 0, 0, "start", fields_appears, "does it stand there while it waits, or come into the world when it starts"},
{"agents[].behaviour", FIELD_ENUM, "", 0, 0, "normal", fields_behaviours, "v2x_responsive brakes for what it hears; runs_red ignores signals; blind keeps its speed whatever stands ahead"},
{"agents[].responds_to", FIELD_ENUMS, "", 0, 0, "", fields_responds, "what a v2x_responsive one obeys, default all: BSM (brakes), PSM (yields), SPAT (speed advice, prepares to stop), TIM (slows, leaves a closed lane), RSA, DENM (slow); CAM, VAM, SPATEM count as BSM, PSM, SPAT"},
{"agents[].lane_change", FIELD_BOOL, "", 0, 0, "false", NULL, "goes over to a parallel lane when it gains and nobody has to brake for it"},
{"agents[].reaction_s", FIELD_NUMBER, "s", 0, 5, "1", NULL, "from a change of the light, or from seeing somebody, to the change of mind"},
{"agents[].accept_gap_s", FIELD_NUMBER, "s", 0, 20, "4.5", NULL, "least time gap it takes when it has to yield"},
{"agents[].headway_s", FIELD_NUMBER, "s", 0.3, 5, "1.5", NULL, "time headway of the intelligent driver model"},
{"agents[].length_m", FIELD_NUMBER, "m", 0.1, 40, "", NULL, "default of the kind"},
{"agents[].width_m", FIELD_NUMBER, "m", 0.1, 5, "", NULL, "default of the kind"},
{"agents[].height_m", FIELD_NUMBER, "m", 0.1, 6, "", NULL, "default of the kind"},
{"agents[].mass_kg", FIELD_NUMBER, "kg", 1, 100000, "", NULL, "default of the kind"},
{"agents[].sensors", FIELD_IDS, "", 0, 0, "", NULL, "names under sensors; an ego without gets camera 30 Hz, LiDAR 10 Hz, radar 20 Hz"},
{"agents[].radio", FIELD_ENUMS, "", 0, 0, "", fields_technologies, "radios on board; default: every technology for vehicles, none on foot without a phone; [] none"},
{"agents[].standard", FIELD_ENUM, "", 0, 0, "", standards, "whose messages it speaks; default the scenario's"},
{"agents[].phone", FIELD_MAP, "", 0, 0, "", NULL, "sends PSM, or VAM"},
{"agents[].phone.placement", FIELD_ENUM, "", 0, 0, "hand", fields_placements, "sets the height of its antenna"},
{"agents[].phone.gnss", FIELD_ENUM, "", 0, 0, "tier", gnss, "error of its position: that of the tier; or 3 to 5, 5 to 10, 15 to 30 m RMS that wander over 20 to 60 s, each phone its own"},
{"agents[].phone.clock", FIELD_ENUM, "", 0, 0, "tier", clocks, "offset of its clock: that of the tier; 1 to 10 ms by GNSS; 5 to 50 ms by NTP"},
{"agents[].phone.battery_saver_s", FIELD_NUMBER, "s", 0, 86400, "", NULL, "from this scenario time on it transmits once a second at most"},
{"agents[].phone.duty_cycle", FIELD_NUMBER, "", 0, 1, "1", NULL, "share of the time in which it transmits"},
{"agents[].actions", FIELD_LIST, "", 0, 0, "", NULL, "what it does on a trigger"},
{"agents[].actions[].do", FIELD_ENUM, "", 0, 0, "!", fields_does, "brake; take another wish speed; hazard lights; stop before a place; shift sideways; change to the lane beside"},
{"agents[].actions[].when", FIELD_MAP, "", 0, 0, "!", NULL, "one of time_s, ego_ttc_s, ttc_s, at, sees"},
TRIGGER("agents[].actions[].when"),
{"agents[].actions[].decel_mps2", FIELD_NUMBER, "m/s2", 0.1, 10, "6", NULL, "of brake"},
{"agents[].actions[].to_mps", FIELD_NUMBER, "m/s", 0, 83, "0", NULL, "speed to brake to, or the new wish"},
{"agents[].actions[].hold_s", FIELD_NUMBER, "s", 0, 86400, "3", NULL, "how long it holds the reached speed"},
{"agents[].actions[].to_m", FIELD_NUMBER, "m", -20, 20, "0", NULL, "of shift: offset from the middle of its way, left positive"},
{"agents[].actions[].over_s", FIELD_NUMBER, "s", 0.5, 60, "3", NULL, "how long shift and lane take"},
{"agents[].actions[].lane", FIELD_ID, "", 0, 0, "", NULL, "of lane: beside the last lane of its route"},
{"agents[].actions[].before", FIELD_ID, "", 0, 0, "", NULL, "of stop: whose way it stays off"},
{"agents[].actions[].place_m", FIELD_POINT, "m", -XY, XY, "", NULL, "of stop: or the place on its own way"},
{"agents[].actions[].margin_m", FIELD_NUMBER, "m", 0, 100, "2", NULL, "of stop: room left ahead of its front"},
{"agents[].fault", FIELD_MAP, "", 0, 0, "", NULL, "a fault of its messages, whatever the tier says; the truth stays"},
{"agents[].fault.is", FIELD_ENUM, "", 0, 0, "!", fields_faults, "which"},
{"agents[].fault.from_s", FIELD_NUMBER, "s", 0, 86400, "0", NULL, "from this scenario time on"},
{"traffic", FIELD_LIST, "", 0, 0, "", NULL, "many agents alike, written out as agents when the scenario is read"},
{"traffic[].id", FIELD_ID, "", 0, 0, "!", NULL, "the agents are called id-0, id-1 and so on"},
{"traffic[].count", FIELD_INTEGER, "", 1, 4096, "!", NULL, "how many"},
{"traffic[].agent", FIELD_ANY, "", 0, 0, "!", NULL, "keys of an agent that all of them share"},
{"traffic[].vary", FIELD_ANY, "", 0, 0, "", NULL, "key of the agent: a rule as in sample, drawn for each; {walk: [hops, first_m, spacing_m]} gives a route at random"},
{"traffic[].step", FIELD_ANY, "", 0, 0, "", NULL, "key of the agent: added once more for every next one"},
{"infrastructure", FIELD_LIST, "", 0, 0, "", NULL, "roadside units and traffic centres"},
{"infrastructure[].id", FIELD_ID, "", 0, 0, "!", NULL, "unique among agents too"},
{"infrastructure[].kind", FIELD_ENUM, "", 0, 0, "rsu", masts, "centre: behind the network, heard over uu"},
{"infrastructure[].at_m", FIELD_POINT, "m", -XY, XY, "!", NULL, "foot of the mast; of a centre, the middle of the area it serves"},
{"infrastructure[].height_m", FIELD_NUMBER, "m", 0.5, 50, "6", NULL, "of the antenna"},
{"infrastructure[].standard", FIELD_ENUM, "", 0, 0, "", standards, "whose messages it speaks; default the scenario's"},
{"infrastructure[].sends", FIELD_ENUMS, "", 0, 0, "", fields_sends, "SPAT at 10 Hz, MAP at 1 Hz, from the scenario's own map and signals (ETSI: SPATEM, MAPEM); CAM at 1 Hz (ETSI); its notices once a second each as TIM, RSA (SAE), DENM (ETSI)"},
{"infrastructure[].fault", FIELD_ENUM, "", 0, 0, "none", fields_mast_faults, "of its SPAT: countdowns that stand still, the phase of 7 s ago, ends that jump by up to 4 s, a revision that is not the MAP's"},
{"infrastructure[].radio", FIELD_ENUMS, "", 0, 0, "", fields_technologies, "default: every technology; of a centre: uu"},
{"notices", FIELD_LIST, "", 0, 0, "", NULL, "of what infrastructure tells by TIM, RSA and DENM, with the geometry of the map's lanes"},
{"notices[].id", FIELD_ID, "", 0, 0, "!", NULL, "unique"},
{"notices[].by", FIELD_ID, "", 0, 0, "!", NULL, "who tells it: of the infrastructure, with TIM, RSA or DENM in its sends; at most 32 each"},
{"notices[].about", FIELD_ENUM, "", 0, 0, "!", abouts, "what is there"},
{"notices[].lanes", FIELD_IDS, "", 0, 0, "!", NULL, "1 to 16 lanes of the map on which it is"},
{"notices[].from_m", FIELD_NUMBER, "m", 0, XY, "0", NULL, "where it begins, along each of these lanes"},
{"notices[].to_m", FIELD_NUMBER, "m", 0, XY, "", NULL, "where it ends; default the lane's end"},
{"notices[].lead_m", FIELD_NUMBER, "m", 0, 5000, "300", NULL, "how far before it the warning holds, at most from the lane's begin"},
{"notices[].speed_mps", FIELD_NUMBER, "m/s", 1, 70, "", NULL, "advised there"},
{"notices[].closed", FIELD_BOOL, "", 0, 0, "false", NULL, "these lanes are closed there"},
{"notices[].when_s", FIELD_WINDOW, "s", 0, 86400, "", NULL, "[from, to) in scenario seconds; default always"},
{"signals", FIELD_LIST, "", 0, 0, "", NULL, "signal groups"},
{"signals[].id", FIELD_ID, "", 0, 0, "!", NULL, "named by connections and crosswalks of the map"},
{"signals[].group", FIELD_INTEGER, "", 1, 254, "", NULL, "J2735 SignalGroupID; default its place in the list"},
{"signals[].plan", FIELD_ENUM, "", 0, 0, "fixed", plans, "fixed: phases follow each other and repeat; actuated: a controller rules it"},
{"signals[].offset_s", FIELD_NUMBER, "s", -3600, 3600, "0", NULL, "scenario time at which the first phase begins"},
{"signals[].phases", FIELD_LIST, "", 0, 0, "", NULL, "of a fixed plan, in order"},
{"signals[].phases[].phase", FIELD_ENUM, "", 0, 0, "!", fields_phases, "name of the standard, or red, green, yellow"},
{"signals[].phases[].duration_s", FIELD_NUMBER, "s", 0.1, 3600, "!", NULL, "how long it stands"},
{"controllers", FIELD_LIST, "", 0, 0, "", NULL, "actuated signals: stages that follow each other and repeat, as long as vehicles want them"},
{"controllers[].id", FIELD_ID, "", 0, 0, "!", NULL, "unique"},
{"controllers[].signals", FIELD_IDS, "", 0, 0, "!", NULL, "signals that it rules, each with plan: actuated"},
{"controllers[].gap_s", FIELD_NUMBER, "s", 0.1, 60, "3", NULL, "a green ends when nobody has passed its detectors for so long (gap-out)"},
{"controllers[].detector_s", FIELD_NUMBER, "s", 0, 20, "2", NULL, "detectors lie so far before the stop lines, at the limit of speed"},
{"controllers[].stages", FIELD_LIST, "", 0, 0, "!", NULL, "in order; the first begins at scenario second 0"},
{"controllers[].stages[].green", FIELD_IDS, "", 0, 0, "", NULL, "signals that show a protected green; all that no list names are red"},
{"controllers[].stages[].permissive", FIELD_IDS, "", 0, 0, "", NULL, "signals that show a green under which one yields"},
{"controllers[].stages[].yellow", FIELD_IDS, "", 0, 0, "", NULL, "signals that show yellow"},
{"controllers[].stages[].min_s", FIELD_NUMBER, "s", 0.1, 3600, "!", NULL, "stands at least so long"},
{"controllers[].stages[].max_s", FIELD_NUMBER, "s", 0.1, 3600, "", NULL, "and at most (max-out); default min_s: it does not vary"},
{"sample", FIELD_ANY, "", 0, 0, "", NULL, "path: {uniform: [a, b]} | {normal: [mean, sd]} | {choice: [...]} | {integer: [a, b]} | {within: [[x, y], [x, y]]}, drawn by the seed"},
{"expect", FIELD_MAP, "", 0, 0, "", NULL, "what tests and users may rely on"},
{"expect.outcome", FIELD_ENUM, "", 0, 0, "", fields_outcomes, "worst encounter of an ego"},
{"expect.at_most", FIELD_ENUM, "", 0, 0, "", fields_outcomes, "or: nothing worse than that"},
{"expect.ego", FIELD_ID, "", 0, 0, "", NULL, "of which ego"},
{"expect.other", FIELD_ID, "", 0, 0, "", NULL, "with whom"},
{"air", FIELD_MAP, "", 0, 0, "", NULL, "the channel; not part of the world"},
{"air.technology", FIELD_ENUM, "", 0, 0, "ideal", fields_technologies, "access technology"},
{"air.tier", FIELD_TIER, "", 0, 0, "", NULL, "d0 to d5, path of a profile, or the profile in place; default d0"},
{"air.intended_range_m", FIELD_NUMBER, "m", 1, 100000, "300", NULL, "who is meant by a message"},
{"air.deadline_ms", FIELD_NUMBER, "ms", 0.001, 60000, "100", NULL, "later is late"},
{"air.congestion", FIELD_ENUM, "", 0, 0, "off", fields_congestions, "what steers intervals and power by the busy ratio: SAE J2945/1, ETSI reactive or adaptive DCC, the occupancy limit of sidelinks"},
{"air.radio", FIELD_ANY, "", 0, 0, "", NULL, "parameters of the technology's radio over its profile, as power_dbm: 23; `v2x air --technology T --list` names them; also path_loss, errors, preset"},
{"air.impairments", FIELD_LIST, "", 0, 0, "", NULL, "on top of the tier, at most 64"},
{"air.impairments[].when_s", FIELD_WINDOW, "s", 0, 86400, "", NULL, "[from, to) in scenario seconds; default always"},
{"air.impairments[].link", FIELD_ENUM, "", 0, 0, "any", fields_links, "class of the link"},
{"air.impairments[].agent", FIELD_ID, "", 0, 0, "", NULL, "only links with this agent at either end"},
{"air.impairments[].dropout", FIELD_BOOL, "", 0, 0, "false", NULL, "nothing passes"},
{"air.impairments[].loss", FIELD_NUMBER, "", 0, 1, "0", NULL, "independent probability of loss"},
{"air.impairments[].latency_ms", FIELD_NUMBER, "ms", 0, 60000, "0", NULL, "added"},
{"air.impairments[].latency_jitter_ms", FIELD_NUMBER, "ms", 0, 60000, "0", NULL, "one sigma around it, cut at 0"},
{"air.impairments[].latency", FIELD_ENUM, "", 0, 0, "normal", fields_latencies, "how the added latency is distributed: normal (latency_jitter_ms), log-normal (latency_ms is the median), gamma (the mean), empirical (latency_points_ms)"},
{"air.impairments[].latency_sigma", FIELD_NUMBER, "", 0, 2, "0", NULL, "log-normal: sigma of the underlying normal"},
{"air.impairments[].latency_shape", FIELD_NUMBER, "", 0.5, 50, "1", NULL, "gamma: shape"},
{"air.impairments[].latency_points_ms", FIELD_ANY, "ms", 0, 0, "", NULL, "empirical: 2 to 32 quantiles from the least to the most, evenly spaced"},
{"air.impairments[].latency_correlation", FIELD_NUMBER, "", 0, 0.9, "0", NULL, "of one message of a link with the next; messages may overtake each other"},
{"air.impairments[].technology", FIELD_ENUMS, "", 0, 0, "", fields_technologies, "only with these technologies"},
{"air.impairments[].area_m", FIELD_POINTS, "m", -XY, XY, "", NULL, "only links with an end inside, 3 to 16 corners; with technology uu a dropout there is `coverage`"},
{"air.impairments[].burst_p", FIELD_NUMBER, "", 0, 1, "0", NULL, "Gilbert-Elliott: P(good to bad) per message of the sender"},
{"air.impairments[].burst_r", FIELD_NUMBER, "", 0, 1, "0", NULL, "P(bad to good); above 0 where burst_p is"},
{"air.impairments[].burst_pass", FIELD_NUMBER, "", 0, 1, "0", NULL, "share that passes while bad (netem: 1 - (1-h))"},
{"air.impairments[].burst_gap_loss", FIELD_NUMBER, "", 0, 1, "0", NULL, "share that is lost while good (netem: 1-k)"},
{"air.impairments[].loss_states", FIELD_ANY, "", 0, 0, "", NULL, "four-state loss as netem's `loss state`: [p13, p31, p32, p23, p14], from the right with its defaults"},
{"label", FIELD_MAP, "", 0, 0, "", NULL, "what is labelled"},
{"label.receivers", FIELD_IDS, "", 0, 0, "", NULL, "per-message labels for these; default the egos"},
{"replay", FIELD_MAP, "", 0, 0, "", NULL, "of captures"},
{"replay.sender_impairments", FIELD_BOOL, "", 0, 0, "false", NULL, "re-encode captured messages with sender errors"},
{"replay.inputs", FIELD_LIST, "", 0, 0, "", NULL, "written by a replay: its captures, looked for from this file's folder, where they lay then, above it and in the current folder"},
{"replay.inputs[].name", FIELD_TEXT, "", 0, 0, "!", NULL, "file"},
{"replay.inputs[].station", FIELD_ID, "", 0, 0, "", NULL, "who captured it; default made from the file's name"},
{"replay.inputs[].sha256", FIELD_TEXT, "", 0, 0, "", NULL, "of the file that was replayed"},
{"replay.start_s", FIELD_NUMBER, "s", 0, 1e9, "0", NULL, "--start"},
{"replay.duration_s", FIELD_NUMBER, "s", 0, 1e9, "0", NULL, "--duration; 0: to the end"},
{"replay.loops", FIELD_INTEGER, "", 1, 1e6, "1", NULL, "--loop"},
{"replay.filter", FIELD_TEXT, "", 0, 0, "", NULL, "--filter"},
{"replay.restamp_at", FIELD_TIME, "", 0, 0, "", NULL, "to when --restamp now moved the first frame"},
RECORDED("replay"),
{"run", FIELD_MAP, "", 0, 0, "", NULL, "options of the run that wrote this file; the command line's win"},
RECORDED("run"),
{"timeline", FIELD_LIST, "", 0, 0, "", NULL, "live commands of the run that wrote this file, carried out again"},
{"timeline[].t_ns", FIELD_SEED, "ns", 0, 0, "!", NULL, "scenario instant, Unix UTC"},
{"timeline[].command", FIELD_ENUM, "", 0, 0, "!", fields_commands, "what was asked; air: a profile, read again"},
{"timeline[].value", FIELD_TEXT, "", 0, 0, "!", NULL, "as the control socket takes it; of air the profile itself"},
{"map.schema", FIELD_INTEGER, "", 1, 1, "1", NULL, "version of the map's shape"},
{"map.name", FIELD_ID, "", 0, 0, "", NULL, "short name"},
{"map.intersection", FIELD_MAP, "", 0, 0, "", NULL, "how MAP and SPAT name it"},
{"map.intersection.id", FIELD_INTEGER, "", 0, 65535, "1", NULL, "J2735 IntersectionID"},
{"map.intersection.ref_m", FIELD_POINT, "m", -XY, XY, "", NULL, "reference point of the MAP; default the origin"},
{"map.lanes", FIELD_LIST, "", 0, 0, "", NULL, "directed lanes"},
{"map.lanes[].id", FIELD_ID, "", 0, 0, "!", NULL, "unique among lanes and connections"},
{"map.lanes[].lane_id", FIELD_INTEGER, "", 1, 254, "", NULL, "J2735 LaneID; default the next free one"},
{"map.lanes[].points_m", FIELD_POINTS, "m", -XY, XY, "!", NULL, "centre line in driving direction"},
{"map.lanes[].width_m", FIELD_NUMBER, "m", 1, 20, "3.5", NULL, "width"},
{"map.lanes[].speed_mps", FIELD_NUMBER, "m/s", 0.5, 70, "13.9", NULL, "limit"},
{"map.lanes[].stop_m", FIELD_NUMBER, "m", 0, 100, "", NULL, "stop line, this far before the lane's end; default 0 if it has a signal"},
{"map.connections", FIELD_LIST, "", 0, 0, "", NULL, "ways from lane to lane"},
{"map.connections[].id", FIELD_ID, "", 0, 0, "", NULL, "default from-to"},
{"map.connections[].from", FIELD_ID, "", 0, 0, "!", NULL, "lane"},
{"map.connections[].to", FIELD_ID, "", 0, 0, "!", NULL, "lane"},
{"map.connections[].points_m", FIELD_POINTS, "m", -XY, XY, "", NULL, "centre line; default a smooth curve"},
{"map.connections[].turn", FIELD_ENUM, "", 0, 0, "straight", fields_turns, "manoeuvre"},
{"map.connections[].signal", FIELD_ID, "", 0, 0, "", NULL, "signal that rules it"},
{"map.connections[].yields_to", FIELD_IDS, "", 0, 0, "", NULL, "connections with priority over it"},
{"map.connections[].speed_mps", FIELD_NUMBER, "m/s", 0.5, 70, "13.9", NULL, "limit"},
{"map.crosswalks", FIELD_LIST, "", 0, 0, "", NULL, "where people cross"},
{"map.crosswalks[].id", FIELD_ID, "", 0, 0, "!", NULL, "unique"},
{"map.crosswalks[].points_m", FIELD_POINTS, "m", -XY, XY, "!", NULL, "centre line"},
{"map.crosswalks[].width_m", FIELD_NUMBER, "m", 0.5, 20, "3", NULL, "width"},
{"map.crosswalks[].signal", FIELD_ID, "", 0, 0, "", NULL, "signal that rules it"},
{"map.sidewalks", FIELD_LIST, "", 0, 0, "", NULL, "where people walk"},
{"map.sidewalks[].id", FIELD_ID, "", 0, 0, "!", NULL, "unique"},
{"map.sidewalks[].points_m", FIELD_POINTS, "m", -XY, XY, "!", NULL, "centre line"},
{"map.sidewalks[].width_m", FIELD_NUMBER, "m", 0.5, 20, "2", NULL, "width"},
{"map.areas", FIELD_LIST, "", 0, 0, "", NULL, "where people wait and walk about"},
{"map.areas[].id", FIELD_ID, "", 0, 0, "!", NULL, "unique"},
{"map.areas[].polygon_m", FIELD_POINTS, "m", -XY, XY, "!", NULL, "corners, closed by itself"},
{"profile.schema", FIELD_INTEGER, "", 1, 1, "1", NULL, "version of the profile's shape"},
{"profile.name", FIELD_ID, "", 0, 0, "!", NULL, "at most 15 characters"},
{"profile.latency_median_ms", FIELD_NUMBER, "ms", 0, 60000, "0", NULL, "log-normal, t_gen to t_avail; 0: none"},
{"profile.latency_sigma", FIELD_NUMBER, "", 0, 3, "0", NULL, "sigma of the normal under it"},
{"profile.loss_p", FIELD_NUMBER, "", 0, 1, "0", NULL, "Gilbert-Elliott: good to bad, per message of a link"},
{"profile.loss_r", FIELD_NUMBER, "", 0, 1, "0", NULL, "bad to good; all is lost in the bad state"},
{"profile.outage_gap_mean_s", FIELD_NUMBER, "s", 0, 86400, "0", NULL, "between outages of a receiver, exponential; 0: none"},
{"profile.outage_s", FIELD_WINDOW, "s", 0, 3600, "", NULL, "length of an outage, uniform"},
{"profile.interval_ms", FIELD_WINDOW, "ms", 0, 60000, "", NULL, "sending interval, uniform per sender; default as nominal"},
{"profile.position_sigma_m", FIELD_WINDOW, "m", 0, 1000, "", NULL, "per axis, uniform per sender; default none"},
{"profile.heading_sigma_deg", FIELD_NUMBER, "deg", 0, 180, "0", NULL, "one sigma"},
{"profile.gnss_tau_s", FIELD_NUMBER, "s", 0.1, 86400, "20", NULL, "correlation time of position and heading errors"},
{"profile.clock_sigma_ms", FIELD_NUMBER, "ms", 0, 100000, "0", NULL, "constant offset per sender, normal"},
{"profile.clock_fault_share", FIELD_NUMBER, "", 0, 1, "0", NULL, "senders whose clock leaps by 5, 18 or 37 s or steps"},
{"profile.equipped_share", FIELD_NUMBER, "", 0, 1, "1", NULL, "nested by sender over tiers"},
{"profile.fault_share", FIELD_NUMBER, "", 0, 1, "0", NULL, "senders with an injected fault"},
};
// clang-format on
const size_t fields_count = sizeof fields / sizeof fields[0];

const char *fields_child(const struct field *field, const char *prefix)
{
    size_t n = strlen(prefix);
    if (strncmp(field->path, prefix, n) != 0) {
        return NULL;
    }
    const char *rest = field->path + n;
    if (n > 0) {
        if (*rest != '.') {
            return NULL;
        }
        rest++;
    }
    return strpbrk(rest, ".[{") ? NULL : rest;
}

const struct field *fields_find(const char *prefix, const char *key)
{
    for (size_t i = 0; i < fields_count; i++) {
        const char *word = fields_child(&fields[i], prefix);
        if (word && strcmp(word, key) == 0) {
            return &fields[i];
        }
    }
    return NULL;
}

const struct field *fields_at(const char *path)
{
    for (size_t i = 0; i < fields_count; i++) {
        if (strcmp(fields[i].path, path) == 0) {
            return &fields[i];
        }
    }
    return NULL;
}

/* Levenshtein distance of the first 47 characters. */
static int distance(const char *a, const char *b)
{
    int row[48];
    size_t nb = strlen(b) < 47 ? strlen(b) : 47;
    for (size_t j = 0; j <= nb; j++) {
        row[j] = (int)j;
    }
    for (size_t i = 0; a[i] && i < 47; i++) {
        int corner = row[0];
        row[0] = (int)i + 1;
        for (size_t j = 0; j < nb; j++) {
            int best = corner + (a[i] != b[j]);
            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j + 1] + 1 < best ? row[j + 1] + 1 : best;
            corner = row[j + 1];
            row[j + 1] = best;
        }
    }
    return row[nb];
}

const char *fields_nearest(const char *prefix, const char *key, char *out, size_t size)
{
    int least = 1000;
    out[0] = '\0';
    for (size_t i = 0; i < fields_count; i++) {
        const char *word = prefix ? fields_child(&fields[i], prefix) : fields[i].path;
        int d = word ? distance(key, word) : 1000;
        if (d < least) {
            least = d;
            strncpy(out, word, size - 1);
            out[size - 1] = '\0';
        }
    }
    return out;
}

const char *fields_type_name(enum field_type type)
{
    static const char *const names[] = {
        "text",   "id",      "list of ids", "number",        "integer",
        "u64",    "boolean", "name",        "list of names", "UTC time",
        "[x, y]", "points",  "[t, x, y]s",  "[from, to]",    "mapping",
        "list",   "mapping", "map",         "profile",       "mapping",
    };
    return names[type];
}

int fields_name(const char *const *names, const char *text)
{
    for (int i = 0; names[i]; i++) {
        if (strcmp(names[i], text) == 0) {
            return i;
        }
    }
    return -1;
}
