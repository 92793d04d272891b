/* SPDX-License-Identifier: Apache-2.0 */
/* One stream message on its way through an XPUB socket, whole or not yet.
 *
 * In: topic, envelope fields, payload (copied, or a block that travels as it is). Out:
 * three frames. A send that finds a reader full keeps the message, so that it can be tried
 * again. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <zmq.h>

#include "edge/queue.h"
#include "edge/stream.h"

struct sender {
    void *socket;
    char topic[QUEUE_TOPIC_MOST + 1];
    size_t topic_size;
    struct stream_envelope envelope; /* t_publish_ns is set when the topic is accepted */
    zmq_msg_t payload;
    bool loaded;
    int part; /* frames accepted so far */
};

/* The queue's head, which is popped. A block goes without a copy unless `copy`. False: no
 * memory; the message is gone. */
bool sender_load_head(struct sender *sender, struct queue *queue,
                      const struct queue_message *message, bool copy);
bool sender_load(struct sender *sender, const char *topic, const void *payload,
                 size_t size);
/* True: accepted whole. False: a reader is full, try again. */
bool sender_send(struct sender *sender);
void sender_drop(struct sender *sender);
