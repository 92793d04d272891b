/* SPDX-License-Identifier: Apache-2.0 */
/* Live commands of one run: the control socket's handlers. What the engine must do is left
 * where it looks between two slices; the rest is answered at once. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/run_inside.h"
#include "edge/stream_schema.h"
#include "publish/canonical.h"
#include "publish/schema.h"

static int ctl_status(void *self, struct bytes *json, struct fail *fail)
{
    (void)fail;
    run_status(self, json);
    return 0;
}

static int ctl_pause(void *self, struct fail *fail)
{
    (void)fail;
    pacer_pause(((struct run *)self)->pacer);
    return 0;
}

static int ctl_resume(void *self, struct fail *fail)
{
    (void)fail;
    pacer_resume(((struct run *)self)->pacer);
    return 0;
}

static int ctl_speed(void *self, double speed, struct fail *fail)
{
    return pacer_set_speed(((struct run *)self)->pacer, speed, fail);
}

static int ctl_tier(void *self, int tier, struct fail *fail)
{
    (void)fail;
    atomic_store(&((struct run *)self)->tier_wanted, tier);
    return 0;
}

static int ctl_fault(void *self, const char *spec, struct fail *fail)
{
    struct run *run = self;
    struct air_config probe = run_air_now(run);
    if (atomic_load(&run->fault_wanted)) {
        return fail_set(fail, RESULT_WORLD, "the last fault is not taken up yet");
    }
    int code = run_air_fault(run, spec, 0, &probe, fail);
    if (code == 0) {
        (void)snprintf(run->fault, sizeof run->fault, "%s", spec);
        atomic_store(&run->fault_wanted, true);
    }
    return code;
}

static int ctl_stop(void *self, struct fail *fail)
{
    (void)fail;
    run_ask_to_stop(self);
    return 0;
}

static int ctl_schema(void *self, struct bytes *json, struct bytes *binary,
                      struct fail *fail)
{
    (void)self;
    (void)fail;
    size_t count;
    const struct proto_message *messages = stream_schema_messages(&count);
    schema_descriptor_set(binary, messages, count);
    bytes_format(json, "{\"schema_id\":%u,\"bytes\":%zu}", schema_id(binary), binary->size);
    return 0;
}

static int ctl_manifest(void *self, struct bytes *json, struct fail *fail)
{
    struct run *run = self;
    (void)pthread_mutex_lock(&run->facts_lock);
    json_t *facts = run->facts_text ? json_loads(run->facts_text, 0, NULL) : NULL;
    (void)pthread_mutex_unlock(&run->facts_lock);
    atomic_store(&run->facts_wanted, true); /* for whoever asks again */
    json_t *wrapped = json_pack("{s:o}", "manifest", facts ? facts : json_object());
    int code = canonical_json(json, wrapped, 0, fail);
    json_decref(wrapped);
    return code;
}

static int ctl_gaps(void *self, const char *topic, uint64_t missing, struct fail *fail)
{
    struct run *run = self;
    (void)topic;
    (void)fail;
    if (run->stream) {
        stream_gaps_reported(run->stream, missing);
    }
    return 0;
}

int run_control_open(struct run *run, struct fail *fail)
{
    const struct options *o = run->options;
    const char *endpoint = o->control;
    if (!endpoint &&
        (o->publish_count == 0 ||
         !control_beside(run->stream ? stream_endpoint(run->stream, 0) : o->publish[0],
                         run->control_endpoint, sizeof run->control_endpoint))) {
        return 0;
    }
    struct control_handlers handlers = {.self = run,
                                        .status = ctl_status,
                                        .pause = ctl_pause,
                                        .resume = ctl_resume,
                                        .speed = ctl_speed,
                                        .tier = ctl_tier,
                                        .fault = ctl_fault,
                                        .stop = ctl_stop,
                                        .schema = ctl_schema,
                                        .manifest = ctl_manifest,
                                        .gaps = ctl_gaps,
                                        .closed = run_control_closed};
    int code = control_new(&run->control, run->loop,
                           endpoint ? endpoint : run->control_endpoint, &handlers, fail);
    if (code == 0) {
        (void)snprintf(run->control_endpoint, sizeof run->control_endpoint, "%s",
                       control_endpoint(run->control));
    }
    return code;
}
