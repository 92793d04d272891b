/* SPDX-License-Identifier: Apache-2.0 */
/* Agents as boxes in a scene: a cube in the colour of its kind and its name above. */
#include "edge/sink_viewer.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fmath.h"
#include "base/time.h"
#include "publish/mcap.h"

struct viewer {
    struct mcap *mcap;
    uint16_t world, tf, fix;
    uint32_t sequence;
    int64_t t_ns;
    bool open;
    struct bytes scene, fixes;
};

static int channel(struct viewer *v, const char *schema, const char *topic, uint16_t *id,
                   struct fail *fail)
{
    static const char any[] = "{\"type\":\"object\"}";
    uint16_t schema_id;
    int code =
        mcap_schema(v->mcap, schema, "jsonschema", any, sizeof any - 1, &schema_id, fail);
    return code < 0 ? code
                    : mcap_channel(v->mcap, schema_id, topic, "json", NULL, 0, id, fail);
}

int viewer_new(struct viewer **out, struct mcap *mcap, struct fail *fail)
{
    struct viewer *v = calloc(1, sizeof *v);
    if (!v) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the viewer channels");
    }
    v->mcap = mcap;
    int code = channel(v, "foxglove.SceneUpdate", "/world", &v->world, fail);
    code = code < 0 ? code : channel(v, "foxglove.FrameTransform", "/tf", &v->tf, fail);
    code = code < 0 ? code : channel(v, "foxglove.LocationFix", "/ego/fix", &v->fix, fail);
    if (code < 0) {
        viewer_free(v);
        return code;
    }
    *out = v;
    return 0;
}

static void put_time(struct bytes *b, int64_t ns)
{
    bytes_text(b, "{\"sec\":");
    bytes_json_int(b, ns / TIME_NS_PER_S);
    bytes_text(b, ",\"nsec\":");
    bytes_json_int(b, ns % TIME_NS_PER_S);
    bytes_text(b, "}");
}

static void put_vector(struct bytes *b, const char *name, double x, double y, double z)
{
    bytes_text(b, "\"");
    bytes_text(b, name);
    bytes_text(b, "\":{\"x\":");
    bytes_json_double(b, fm_round(x * 1000) / 1000);
    bytes_text(b, ",\"y\":");
    bytes_json_double(b, fm_round(y * 1000) / 1000);
    bytes_text(b, ",\"z\":");
    bytes_json_double(b, fm_round(z * 1000) / 1000);
    bytes_text(b, "}");
}

static void put_yaw(struct bytes *b, const char *name, double yaw_rad)
{
    bytes_text(b, "\"");
    bytes_text(b, name);
    bytes_text(b, "\":{\"x\":0,\"y\":0,\"z\":");
    bytes_json_double(b, fm_round(fm_sin(yaw_rad / 2) * 1e6) / 1e6);
    bytes_text(b, ",\"w\":");
    bytes_json_double(b, fm_round(fm_cos(yaw_rad / 2) * 1e6) / 1e6);
    bytes_text(b, "}");
}

static int emit(struct viewer *v, uint16_t to, const struct bytes *b, struct fail *fail)
{
    struct mcap_message message = {.channel = to,
                                   .sequence = v->sequence,
                                   .log_time_ns = (uint64_t)v->t_ns,
                                   .publish_time_ns = (uint64_t)v->t_ns,
                                   .data = b->data,
                                   .size = b->size};
    return mcap_message(v->mcap, &message, fail);
}

int viewer_finish(struct viewer *v, struct fail *fail)
{
    if (!v->open) {
        return 0;
    }
    v->open = false;
    bytes_text(&v->scene, "]}");
    int code = emit(v, v->world, &v->scene, fail);
    struct bytes tf = {0};
    bytes_text(&tf, "{\"timestamp\":");
    put_time(&tf, v->t_ns);
    bytes_text(&tf, ",\"parent_frame_id\":\"map\",\"child_frame_id\":\"world\",");
    put_vector(&tf, "translation", 0, 0, 0);
    bytes_text(&tf, ",");
    put_yaw(&tf, "rotation", 0);
    bytes_text(&tf, "}");
    code = code < 0 ? code : emit(v, v->tf, &tf, fail);
    bytes_close(&tf);
    if (code == 0 && v->fixes.size > 0) {
        code = emit(v, v->fix, &v->fixes, fail);
    }
    v->sequence++;
    return code;
}

static void begin(struct viewer *v, int64_t t_ns)
{
    v->t_ns = t_ns;
    v->open = true;
    bytes_clear(&v->scene);
    bytes_clear(&v->fixes);
    bytes_text(&v->scene, "{\"deletions\":[],\"entities\":[");
}

static void put_fix(struct viewer *v, const struct row_agent *row)
{
    bytes_clear(&v->fixes);
    bytes_text(&v->fixes, "{\"timestamp\":");
    put_time(&v->fixes, row->t_ns);
    bytes_text(&v->fixes, ",\"frame_id\":\"world\",\"latitude\":");
    bytes_json_double(&v->fixes, row->lat_deg);
    bytes_text(&v->fixes, ",\"longitude\":");
    bytes_json_double(&v->fixes, row->lon_deg);
    bytes_text(&v->fixes, ",\"altitude\":0,\"position_covariance\":[0,0,0,0,0,0,0,0,0],"
                          "\"position_covariance_type\":0}");
}

static const char *colour(const struct row_agent *row)
{
    if (row->ego) {
        return "{\"r\":0.13,\"g\":0.47,\"b\":0.71,\"a\":0.9}";
    }
    return kinds_is_vru((enum sender_kind)row->kind)
               ? "{\"r\":0.84,\"g\":0.15,\"b\":0.16,\"a\":0.9}"
               : "{\"r\":0.5,\"g\":0.5,\"b\":0.5,\"a\":0.9}";
}

int viewer_agent(struct viewer *v, const struct row_agent *row, struct fail *fail)
{
    if (v->open && row->t_ns != v->t_ns) {
        int code = viewer_finish(v, fail);
        if (code < 0) {
            return code;
        }
    }
    bool first = !v->open;
    if (first) {
        begin(v, row->t_ns);
    }
    bool truth = ROW_HAS(row, agent, gt_x_m);
    double x = truth ? row->gt_x_m : row->claimed_x_m;
    double y = truth ? row->gt_y_m : row->claimed_y_m;
    double z = row->height_m / 2;
    struct bytes *b = &v->scene;
    bytes_text(b, first ? "{\"timestamp\":" : ",{\"timestamp\":");
    put_time(b, row->t_ns);
    bytes_text(b, ",\"frame_id\":\"world\",\"id\":");
    bytes_json_string(b, row->agent);
    bytes_text(b,
               ",\"lifetime\":{\"sec\":0,\"nsec\":250000000},\"frame_locked\":false,"
               "\"metadata\":[],\"arrows\":[],\"spheres\":[],\"cylinders\":[],\"lines\":[],"
               "\"triangles\":[],\"models\":[],\"cubes\":[{\"pose\":{");
    put_vector(b, "position", x, y, z);
    bytes_text(b, ",");
    put_yaw(b, "orientation", truth ? row->gt_yaw_rad : 0);
    bytes_text(b, "},");
    put_vector(b, "size", row->length_m, row->width_m, row->height_m);
    bytes_text(b, ",\"color\":");
    bytes_text(b, colour(row));
    bytes_text(b, "}],\"texts\":[{\"pose\":{");
    put_vector(b, "position", x, y, row->height_m + 1);
    bytes_text(b, ",");
    put_yaw(b, "orientation", 0);
    bytes_text(b,
               "},\"billboard\":true,\"font_size\":12,\"scale_invariant\":true,\"color\":"
               "{\"r\":0,\"g\":0,\"b\":0,\"a\":1},\"text\":");
    bytes_json_string(b, row->agent);
    bytes_text(b, "}]}");
    if (row->ego && v->fixes.size == 0) {
        put_fix(v, row);
    }
    return 0;
}

void viewer_free(struct viewer *v)
{
    if (v) {
        bytes_close(&v->scene);
        bytes_close(&v->fixes);
    }
    free(v);
}
