/* SPDX-License-Identifier: Apache-2.0 */
/* Reading of the three sensor texts. In: CSV. Out: rows, checked field by field. */
#include "sensors/recorded_rows.h"

#include <stdlib.h>
#include <string.h>

#define SPAN_MOST_NS INT64_C(100000000000) /* exposure, period: 100 s */
#define FAR_MOST_M   1e7

enum {
    S_EGO,
    S_STREAM,
    S_MODALITY,
    S_SEQ,
    S_T,
    S_CLOCK,
    S_CONVENTION,
    S_EXPOSURE,
    S_PERIOD,
    S_URI,
    S_COUNT
};
static const struct csv_column sensor_columns[S_COUNT] = {
    {"ego", true},        {"stream", true}, {"modality", true},   {"seq", true},
    {"t_ns", true},       {"clock", true},  {"convention", true}, {"exposure_ns", false},
    {"period_ns", false}, {"uri", false},
};

enum {
    O_EGO,
    O_STREAM,
    O_SEQ,
    O_TRACK,
    O_CLASS,
    O_FRAME,
    O_X,
    O_Y,
    O_Z,
    O_YAW,
    O_VX,
    O_VY,
    O_LENGTH,
    O_WIDTH,
    O_HEIGHT,
    O_SX,
    O_SY,
    O_T,
    O_COUNT
};
static const struct csv_column object_columns[O_COUNT] = {
    {"ego", true},       {"stream", true},    {"seq", true},       {"track", true},
    {"class", true},     {"frame", false},    {"x_m", true},       {"y_m", true},
    {"z_m", false},      {"yaw_rad", false},  {"vx_mps", false},   {"vy_mps", false},
    {"length_m", false}, {"width_m", false},  {"height_m", false}, {"sx_m", false},
    {"sy_m", false},     {"t_obj_ns", false},
};

enum { P_EGO, P_T, P_CLOCK, P_LAT, P_LON, P_ALT, P_YAW, P_SPEED, P_SIGMA, P_COUNT };
static const struct csv_column pose_columns[P_COUNT] = {
    {"ego", true},     {"t_ns", true},       {"clock", true},
    {"lat_deg", true}, {"lon_deg", true},    {"alt_m", false},
    {"yaw_rad", true}, {"speed_mps", false}, {"sigma_m", false},
};

/* Names that data sets use beside ours. */
static const struct {
    const char *text;
    enum sender_kind kind;
} aliases[] = {
    {"person", KIND_PEDESTRIAN},
    {"adult", KIND_PEDESTRIAN},
    {"bicycle", KIND_CYCLIST},
    {"bike", KIND_CYCLIST},
    {"bicyclist", KIND_CYCLIST},
    {"vehicle", KIND_CAR},
    {"passenger_car", KIND_CAR},
    {"motorbike", KIND_MOTORCYCLE},
    {"motorcyclist", KIND_MOTORCYCLE},
    {"lorry", KIND_TRUCK},
    {"train", KIND_RAIL},
    {"tram", KIND_RAIL},
    {"scooter", KIND_ESCOOTER},
    {"e-scooter", KIND_ESCOOTER},
    {"e-bike", KIND_EBIKE},
    {"construction_worker", KIND_ROAD_WORKER},
    {"other", KIND_UNKNOWN},
};

bool rows_grow(void **items, size_t count, size_t *room, size_t item_size)
{
    if (count < *room) {
        return true;
    }
    size_t more = *room ? 2 * *room : 64;
    void *grown = realloc(*items, more * item_size);
    if (!grown) {
        return false;
    }
    *items = grown;
    *room = more;
    return true;
}

static bool lower_equal(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        bool upper = *a >= 'A' && *a <= 'Z';
        if (*a + (upper ? 'a' - 'A' : 0) != *b) {
            return false;
        }
    }
    return *a == *b;
}

static int read_kind(const struct csv *csv, enum sender_kind *out, struct fail *fail)
{
    const char *text = csv_text(csv, O_CLASS);
    for (int i = 0; i < KIND_COUNT; i++) {
        if (lower_equal(text, kinds_sender[i])) {
            *out = (enum sender_kind)i;
            return 0;
        }
    }
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if (lower_equal(text, aliases[i].text)) {
            *out = aliases[i].kind;
            return 0;
        }
    }
    return csv_fail(csv, O_CLASS, fail,
                    "not a class (car, truck, pedestrian, cyclist ...)");
}

/* An id by the contract: letters, digits, _ and -. */
static int read_id(const struct csv *csv, unsigned column, struct fail *fail)
{
    const char *text = csv_text(csv, column);
    size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                            "0123456789_-");
    if (n == 0 || n > RECORDED_NAME_MOST || text[n] != '\0') {
        return csv_fail(csv, column, fail, "1 to 63 letters, digits, _ and -");
    }
    return 0;
}

static int read_name(const struct csv *csv, unsigned column, const char *const *names,
                     int count, int *out, struct fail *fail)
{
    *out = kinds_find(names, count, csv_text(csv, column));
    return *out < 0 ? csv_fail(csv, column, fail, "not one of its names") : 0;
}

static int ego_find(struct rows *rows, const struct csv *csv, unsigned column, bool make,
                    uint16_t *out, struct fail *fail)
{
    int result = read_id(csv, column, fail);
    if (result < 0) {
        return result;
    }
    const char *text = csv_text(csv, column);
    for (size_t i = 0; i < rows->ego_count; i++) {
        if (strcmp(rows->egos[i], text) == 0) {
            *out = (uint16_t)i;
            return 0;
        }
    }
    if (!make) {
        *out = UINT16_MAX;
        return 0;
    }
    if (rows->ego_count == RECORDED_EGOS_MOST) {
        return csv_fail(csv, column, fail, "more than 64 egos");
    }
    memcpy(rows->egos[rows->ego_count], text, strlen(text) + 1);
    *out = (uint16_t)rows->ego_count++;
    return 0;
}

static uint16_t stream_find(const struct rows *rows, uint16_t ego, const char *name)
{
    for (size_t i = 0; i < rows->stream_count; i++) {
        if (rows->streams[i].ego_index == ego && strcmp(rows->names[i], name) == 0) {
            return (uint16_t)i;
        }
    }
    return UINT16_MAX;
}

static int stream_make(struct rows *rows, const struct csv *csv, uint16_t ego,
                       uint16_t *out, struct fail *fail)
{
    uint16_t of_ego = 0;
    for (size_t i = 0; i < rows->stream_count; i++) {
        of_ego = (uint16_t)(of_ego + (rows->streams[i].ego_index == ego));
    }
    if (rows->stream_count == RECORDED_STREAMS_MOST || of_ego == SENSORS_PER_EGO_MOST) {
        return csv_fail(csv, S_STREAM, fail,
                        "more than 16 streams of an ego, or 256 in all");
    }
    int modality, clock, convention;
    int result =
        read_name(csv, S_MODALITY, kinds_modality, MODALITY_COUNT, &modality, fail);
    result = result < 0
                 ? result
                 : read_name(csv, S_CLOCK, kinds_clock, TIMESCALE_COUNT, &clock, fail);
    result = result < 0 ? result
                        : read_name(csv, S_CONVENTION, kinds_convention, CONVENTION_COUNT,
                                    &convention, fail);
    if (result < 0) {
        return result;
    }
    const char *name = csv_text(csv, S_STREAM);
    memcpy(rows->names[rows->stream_count], name, strlen(name) + 1);
    rows->streams[rows->stream_count] = (struct recorded_stream){
        .ego = rows->egos[ego],
        .name = rows->names[rows->stream_count],
        .ego_index = ego,
        .stream = of_ego,
        .modality = (enum modality)modality,
        .clock = (enum clock_kind)clock,
        .convention = (enum convention)convention,
        .sigma_ns = -1,
    };
    *out = (uint16_t)rows->stream_count++;
    return 0;
}

/* A stream is one thing: its modality, clock and convention do not change. */
static int stream_same(const struct recorded_stream *s, const struct csv *csv,
                       struct fail *fail)
{
    if (strcmp(csv_text(csv, S_MODALITY), kinds_modality[s->modality]) != 0) {
        return csv_fail(csv, S_MODALITY, fail, "another one in this stream's first row");
    }
    if (strcmp(csv_text(csv, S_CLOCK), kinds_clock[s->clock]) != 0) {
        return csv_fail(csv, S_CLOCK, fail, "another one in this stream's first row");
    }
    if (strcmp(csv_text(csv, S_CONVENTION), kinds_convention[s->convention]) != 0) {
        return csv_fail(csv, S_CONVENTION, fail, "another one in this stream's first row");
    }
    return 0;
}

static int keep_uri(struct rows *rows, const char *uri, size_t *out)
{
    size_t size = strlen(uri) + 1;
    *out = ROWS_URI_NONE;
    if (size == 1) {
        return 0;
    }
    while (rows->text_room - rows->text_count < size) {
        void *texts = rows->texts;
        if (!rows_grow(&texts, rows->text_room, &rows->text_room, 1)) {
            return -1;
        }
        rows->texts = texts;
    }
    memcpy(rows->texts + rows->text_count, uri, size);
    *out = rows->text_count;
    rows->text_count += size;
    return 0;
}

static int no_memory(const struct csv *csv, struct fail *fail)
{
    return fail_set(fail, RESULT_MEMORY, "%s:%llu: no memory, or more than %d rows",
                    csv->source.name, (unsigned long long)csv->line, RECORDED_ROWS_MOST);
}

static int read_sensor(struct rows *rows, const struct csv *csv, struct fail *fail)
{
    uint16_t ego;
    int64_t seq = 0;
    struct row_frame row = {.order = (uint32_t)rows->frame_count};
    bool known;
    int result = ego_find(rows, csv, S_EGO, true, &ego, fail);
    result = result < 0 ? result : read_id(csv, S_STREAM, fail);
    if (result < 0) {
        return result;
    }
    row.stream = stream_find(rows, ego, csv_text(csv, S_STREAM));
    result = row.stream == UINT16_MAX ? stream_make(rows, csv, ego, &row.stream, fail)
                                      : stream_same(&rows->streams[row.stream], csv, fail);
    if (result < 0 ||
        (result = csv_i64(csv, (struct csv_whole){S_SEQ, 0, UINT32_MAX}, &seq, NULL,
                          fail)) < 0 ||
        (result =
             csv_i64(csv, (struct csv_whole){S_T, -ROWS_TIME_MOST_NS, ROWS_TIME_MOST_NS},
                     &row.t_ns, NULL, fail)) < 0 ||
        (result = csv_i64(csv, (struct csv_whole){S_EXPOSURE, 0, SPAN_MOST_NS},
                          &row.exposure_ns, &known, fail)) < 0 ||
        (result = csv_i64(csv, (struct csv_whole){S_PERIOD, 0, SPAN_MOST_NS},
                          &row.period_ns, &known, fail)) < 0) {
        return result;
    }
    row.seq = (uint32_t)seq;
    void *frames = rows->frames;
    if (rows->frame_count == RECORDED_ROWS_MOST ||
        !rows_grow(&frames, rows->frame_count, &rows->frame_room, sizeof row) ||
        keep_uri(rows, csv_text(csv, S_URI), &row.uri) < 0) {
        rows->frames = frames;
        return no_memory(csv, fail);
    }
    rows->frames = frames;
    rows->frames[rows->frame_count++] = row;
    return 0;
}

/* Optional numbers of an object, with what stands for them if they are missing. */
static int read_object_numbers(const struct csv *csv, struct row_object *row,
                               struct fail *fail)
{
    struct kinds_size size = kinds_size(row->d.kind);
    row->d.length_m = size.length_m;
    row->d.width_m = size.width_m;
    row->d.height_m = size.height_m;
    row->sigma_x_m = row->sigma_y_m = 0.5;
    double z_m = 0;
    const struct {
        unsigned column;
        double least, most;
        double *out;
    } numbers[] = {
        {O_Z, -FAR_MOST_M, FAR_MOST_M, &z_m},  {O_YAW, -100, 100, &row->d.yaw_rad},
        {O_VX, -1000, 1000, &row->d.vx_mps},   {O_VY, -1000, 1000, &row->d.vy_mps},
        {O_LENGTH, 0, 1000, &row->d.length_m}, {O_WIDTH, 0, 1000, &row->d.width_m},
        {O_HEIGHT, 0, 1000, &row->d.height_m}, {O_SX, 0, 1e6, &row->sigma_x_m},
        {O_SY, 0, 1e6, &row->sigma_y_m},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        bool known;
        int result = csv_f64(
            csv, (struct csv_decimal){numbers[i].column, numbers[i].least, numbers[i].most},
            numbers[i].out, &known, fail);
        if (result < 0) {
            return result;
        }
    }
    return 0;
}

static int read_object(struct rows *rows, const struct csv *csv, struct fail *fail)
{
    uint16_t ego;
    int64_t seq, track;
    struct row_object row = {.order = (uint32_t)rows->object_count};
    row.d.gt_agent = AGENT_NONE;
    row.d.visible = -1;
    int result = ego_find(rows, csv, O_EGO, false, &ego, fail);
    if (result < 0 || (result = read_id(csv, O_STREAM, fail)) < 0 ||
        (result = csv_i64(csv, (struct csv_whole){O_SEQ, 0, UINT32_MAX}, &seq, NULL,
                          fail)) < 0 ||
        (result = csv_i64(csv, (struct csv_whole){O_TRACK, 0, UINT32_MAX}, &track, NULL,
                          fail)) < 0 ||
        (result = read_kind(csv, &row.d.kind, fail)) < 0 ||
        (result = csv_f64(csv, (struct csv_decimal){O_X, -FAR_MOST_M, FAR_MOST_M},
                          &row.d.x_m, NULL, fail)) < 0 ||
        (result = csv_f64(csv, (struct csv_decimal){O_Y, -FAR_MOST_M, FAR_MOST_M},
                          &row.d.y_m, NULL, fail)) < 0 ||
        (result =
             csv_i64(csv, (struct csv_whole){O_T, -ROWS_TIME_MOST_NS, ROWS_TIME_MOST_NS},
                     &row.t_ns, &row.t_known, fail)) < 0 ||
        (result = read_object_numbers(csv, &row, fail)) < 0) {
        return result;
    }
    const char *frame = csv_text(csv, O_FRAME);
    row.enu = strcmp(frame, "enu") == 0;
    if (!row.enu && *frame && strcmp(frame, "ego") != 0) {
        return csv_fail(csv, O_FRAME, fail, "ego or enu");
    }
    row.stream = stream_find(rows, ego, csv_text(csv, O_STREAM));
    if (row.stream == UINT16_MAX) {
        rows->orphans++;
        return 0;
    }
    row.seq = (uint32_t)seq;
    row.d.track = (uint32_t)track;
    void *objects = rows->objects;
    bool ok = rows->object_count < RECORDED_ROWS_MOST &&
              rows_grow(&objects, rows->object_count, &rows->object_room, sizeof row);
    rows->objects = objects;
    if (!ok) {
        return no_memory(csv, fail);
    }
    rows->objects[rows->object_count++] = row;
    return 0;
}

static int read_pose(struct rows *rows, const struct csv *csv,
                     const struct geo_origin *origin, struct fail *fail)
{
    struct row_pose row = {.order = (uint32_t)rows->pose_count, .sigma_m = 1};
    int clock = 0;
    bool known;
    double lat, lon;
    double alt = 0;
    int result = ego_find(rows, csv, P_EGO, true, &row.ego, fail);
    if (result < 0 ||
        (result =
             csv_i64(csv, (struct csv_whole){P_T, -ROWS_TIME_MOST_NS, ROWS_TIME_MOST_NS},
                     &row.t_ns, NULL, fail)) < 0 ||
        (result = read_name(csv, P_CLOCK, kinds_clock, TIMESCALE_COUNT, &clock, fail)) <
            0 ||
        (result = csv_f64(csv, (struct csv_decimal){P_LAT, -89, 89}, &lat, NULL, fail)) <
            0 ||
        (result = csv_f64(csv, (struct csv_decimal){P_LON, -180, 180}, &lon, NULL, fail)) <
            0 ||
        (result = csv_f64(csv, (struct csv_decimal){P_ALT, -1e4, 1e5}, &alt, &known,
                          fail)) < 0 ||
        (result = csv_f64(csv, (struct csv_decimal){P_YAW, -100, 100}, &row.yaw_rad, NULL,
                          fail)) < 0 ||
        (result = csv_f64(csv, (struct csv_decimal){P_SPEED, -1000, 1000}, &row.speed_mps,
                          &known, fail)) < 0 ||
        (result = csv_f64(csv, (struct csv_decimal){P_SIGMA, 0, 1e6}, &row.sigma_m, &known,
                          fail)) < 0) {
        return result;
    }
    row.clock = (enum clock_kind)clock;
    geo_to_enu(origin, lat, lon, &row.x_m, &row.y_m);
    void *poses = rows->poses;
    bool ok = rows->pose_count < RECORDED_ROWS_MOST &&
              rows_grow(&poses, rows->pose_count, &rows->pose_room, sizeof row);
    rows->poses = poses;
    if (!ok) {
        return no_memory(csv, fail);
    }
    rows->poses[rows->pose_count++] = row;
    return 0;
}

static int read_text(struct rows *rows, const struct csv_text *text,
                     const struct csv_column *columns, unsigned column_count,
                     const struct recorded_config *config, struct fail *fail)
{
    struct csv csv;
    if (!text->name) {
        return 0;
    }
    int result = csv_init(&csv, text, columns, column_count, fail);
    while (result >= 0 && (result = csv_next(&csv, fail)) > 0) {
        result = columns == sensor_columns   ? read_sensor(rows, &csv, fail)
                 : columns == object_columns ? read_object(rows, &csv, fail)
                                             : read_pose(rows, &csv, &config->origin, fail);
    }
    return result;
}

int rows_read(struct rows *rows, const struct recorded_config *config, struct fail *fail)
{
    rows->egos = calloc(RECORDED_EGOS_MOST, sizeof *rows->egos);
    rows->streams = calloc(RECORDED_STREAMS_MOST, sizeof *rows->streams);
    rows->names = calloc(RECORDED_STREAMS_MOST, sizeof *rows->names);
    if (!rows->egos || !rows->streams || !rows->names) {
        return fail_set(fail, RESULT_MEMORY, "no memory for recorded sensors");
    }
    int result = read_text(rows, &config->sensors, sensor_columns, S_COUNT, config, fail);
    if (result >= 0) {
        result = read_text(rows, &config->objects, object_columns, O_COUNT, config, fail);
    }
    if (result >= 0) {
        result = read_text(rows, &config->poses, pose_columns, P_COUNT, config, fail);
    }
    return result;
}

void rows_close(struct rows *rows)
{
    free(rows->egos);
    free(rows->streams);
    free(rows->names);
    free(rows->frames);
    free(rows->objects);
    free(rows->poses);
    free(rows->texts);
}
