/* SPDX-License-Identifier: Apache-2.0 */
/* Three frames, without waiting. */
#include "edge/sender.h"

#include <string.h>
#include <time.h>

static void give_back(void *data, void *hint)
{
    (void)data;
    queue_block_give(hint);
}

static void set_topic(struct sender *sender, const char *topic)
{
    sender->topic_size = strlen(topic);
    memcpy(sender->topic, topic, sender->topic_size + 1);
    sender->part = 0;
}

static bool copy_payload(struct sender *sender, const void *payload, size_t size)
{
    if (zmq_msg_init_size(&sender->payload, size) != 0) {
        return false;
    }
    if (size > 0) {
        memcpy(zmq_msg_data(&sender->payload), payload, size);
    }
    return true;
}

bool sender_load_head(struct sender *sender, struct queue *queue,
                      const struct queue_message *message, bool copy)
{
    set_topic(sender, message->topic);
    sender->envelope = (struct stream_envelope){
        .sequence = message->sequence,
        .t_event_ns = message->stamp.t_event_ns,
        .flags = message->stamp.flags,
    };
    if (!message->block || copy) {
        sender->loaded = copy_payload(sender, message->payload, message->size);
    } else {
        sender->loaded = zmq_msg_init_data(&sender->payload, message->block->data,
                                           message->size, give_back, message->block) == 0;
    }
    bool keep = sender->loaded && message->block && !copy;
    queue_pop(queue);
    if (message->block && !keep) {
        queue_block_give(message->block);
    }
    return sender->loaded;
}

bool sender_load(struct sender *sender, const char *topic, const void *payload, size_t size)
{
    set_topic(sender, topic);
    sender->envelope = (struct stream_envelope){0};
    sender->loaded = copy_payload(sender, payload, size);
    return sender->loaded;
}

static int64_t wall_ns(void)
{
    struct timespec ts;
    (void)clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * TIME_NS_PER_S + ts.tv_nsec;
}

bool sender_send(struct sender *sender)
{
    if (sender->part == 0) {
        if (zmq_send(sender->socket, sender->topic, sender->topic_size,
                     ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0) {
            return false;
        }
        sender->part = 1;
    }
    if (sender->part == 1) {
        uint8_t octets[STREAM_ENVELOPE_SIZE];
        sender->envelope.major = STREAM_MAJOR;
        sender->envelope.minor = STREAM_MINOR;
        sender->envelope.t_publish_ns = wall_ns();
        stream_envelope_encode(&sender->envelope, octets);
        if (zmq_send(sender->socket, octets, sizeof octets, ZMQ_DONTWAIT | ZMQ_SNDMORE) <
            0) {
            return false;
        }
        sender->part = 2;
    }
    if (zmq_msg_send(&sender->payload, sender->socket, ZMQ_DONTWAIT) < 0) {
        return false;
    }
    sender->loaded = false; /* the payload belongs to libzmq now */
    return true;
}

void sender_drop(struct sender *sender)
{
    if (sender->loaded) {
        (void)zmq_msg_close(&sender->payload);
        sender->loaded = false;
    }
}
