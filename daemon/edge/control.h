/* SPDX-License-Identifier: Apache-2.0 */
/* The control socket: a ZeroMQ ROUTER that answers one JSON object to each request.
 *
 * In: one frame, plain words ("speed 2") or JSON ({"cmd":"speed","value":2}), from a REQ or
 * DEALER peer. Out: {"ok":true,...} or {"ok":false,"error":"..."}; `schema` adds a frame
 * with the FileDescriptorSet. Hostile requests get an error and nothing else happens.
 * Everything is called on the loop's thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/result.h"
#include "edge/control_request.h"
#include "edge/loop.h"

struct control;

/* A handler gives 0, or a RESULT_ code with its fail: the text becomes "error". NULL: the
 * command is answered "not available". `json` is for one JSON object, whose members are put
 * into the reply; nothing written: no members. */
struct control_handlers {
    void *self;
    int (*status)(void *self, struct bytes *json, struct fail *fail);
    int (*pause)(void *self, struct fail *fail);
    int (*resume)(void *self, struct fail *fail);
    int (*speed)(void *self, double speed, struct fail *fail); /* 0: max */
    int (*tier)(void *self, int tier, struct fail *fail);      /* 0..5 */
    int (*fault)(void *self, const char *spec, struct fail *fail);
    int (*stop)(void *self, struct fail *fail);
    /* json: dictionaries; binary: FileDescriptorSet. */
    int (*schema)(void *self, struct bytes *json, struct bytes *binary, struct fail *fail);
    int (*manifest)(void *self, struct bytes *json, struct fail *fail);
    int (*gaps)(void *self, const char *topic, uint64_t missing, struct fail *fail);
    void (*closed)(void *self); /* after control_close; may free the control */
};

MUST_USE int control_new(struct control **control, struct loop *loop, const char *endpoint,
                         const struct control_handlers *handlers, struct fail *fail);
const char *control_endpoint(const struct control *control); /* as bound */
void control_close(struct control *control);
void control_free(struct control *control); /* only after closed */

/* The endpoint beside a publish endpoint: the next port of tcp, ".ctl" after ipc and
 * inproc. False: it has none (wildcard port, foreign transport) or `size` is too small. */
bool control_beside(const char *publish, char *endpoint, size_t size);
