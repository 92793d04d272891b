/* SPDX-License-Identifier: Apache-2.0 */
/* The 40 octets between topic and payload. Pure. In: fields. Out: octets, and back. */
#include "base/cursor.h"
#include "edge/stream.h"

static const uint8_t magic[4] = {'V', '2', 'X', '1'};

void stream_envelope_encode(const struct stream_envelope *envelope,
                            uint8_t out[STREAM_ENVELOPE_SIZE])
{
    struct writer w = writer_init(out, STREAM_ENVELOPE_SIZE);
    writer_put(&w, magic, sizeof magic);
    writer_le(&w, envelope->major, 2);
    writer_le(&w, envelope->minor, 2);
    writer_le(&w, envelope->sequence, 8);
    writer_le(&w, (uint64_t)envelope->t_event_ns, 8);
    writer_le(&w, (uint64_t)envelope->t_publish_ns, 8);
    writer_le(&w, envelope->schema_id, 4);
    writer_le(&w, envelope->flags, 4);
}

bool stream_envelope_decode(const uint8_t *data, size_t size,
                            struct stream_envelope *envelope)
{
    struct cursor c = cursor_init(data, size);
    const uint8_t *start = cursor_take(&c, sizeof magic);
    envelope->major = cursor_le16(&c);
    envelope->minor = cursor_le16(&c);
    envelope->sequence = cursor_le(&c, 8);
    envelope->t_event_ns = (int64_t)cursor_le(&c, 8);
    envelope->t_publish_ns = (int64_t)cursor_le(&c, 8);
    envelope->schema_id = cursor_le32(&c);
    envelope->flags = cursor_le32(&c);
    return size == STREAM_ENVELOPE_SIZE && !c.torn &&
           memcmp(start, magic, sizeof magic) == 0 && envelope->major == STREAM_MAJOR;
}
