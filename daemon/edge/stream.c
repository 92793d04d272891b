/* SPDX-License-Identifier: Apache-2.0 */
/* The stream on the loop.
 *
 * Happy path: the queue wakes the loop; each turn reads subscriptions, then sends what is
 * due, a bounded number; when the head of the queue is not due yet, a ticker is armed for
 * it. Each second hello and stat go between the records. The producer finishes; the queue
 * runs empty; a last stat and the end go out; `done`. A lossless send that finds a reader
 * full starts the retry timer; nothing else is sent until it passes, so the queue fills and
 * the engine waits. */
#include "edge/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>
#include <zmq.h>

#include "edge/audience.h"
#include "edge/parting.h"
#include "edge/sender.h"
#include "edge/stream_rows.h"
#include "edge/ticker.h"
#include "edge/zwatch.h"

#define TURN_MESSAGES   256
#define TURN_SHARE      4 /* and at most so much of what a reader may hold: see pump */
#define TURN_BYTES      ((size_t)8 << 20)
#define SECOND_MS       1000
#define RETRY_MS        1
#define QUIET_MS        20 /* no new subscription for this long: all of them are there */
#define LINGER_LIVE_MS  1000
#define LINGER_LEAST_MS 10000 /* lossless */
#define LINGER_MOST_MS  60000 /* lossless without a timeout */
#define HWM_LEAST       16
#define ENDPOINT_MOST   256

enum { OWN_HELLO, OWN_STAT, OWN_END, OWN_COUNT };
static const char *const own_topics[OWN_COUNT] = {STREAM_HELLO_TOPIC, STREAM_STAT_TOPIC,
                                                  STREAM_END_TOPIC};
enum { TIMER_SECOND, TIMER_RETRY, TIMER_QUIET, TIMER_COUNT };

struct stream {
    struct stream_options options;
    void *socket;
    char endpoints[STREAM_ENDPOINTS_MOST][ENDPOINT_MOST];
    char *run_epoch, *reason, *summary;
    struct bytes hello;
    uv_loop_t *loop;
    struct zwatch watch;
    struct audience audience;
    struct ticker ticker;
    struct parting parting;
    uv_async_t wake;
    uv_timer_t timers[TIMER_COUNT];
    int open; /* things with handles that have not closed */
    int turn_messages;
    struct sender sender;
    uint64_t own_next[OWN_COUNT];
    bool own_due[OWN_COUNT];
    bool ready, last_stat, end_loaded, done, hurry, closing;
    bool blocked;
    int64_t blocked_since_ns;
    int64_t t_event_ns;
    struct stream_totals totals;
};

static void set_int(struct stream *s, int option, int value)
{
    (void)zmq_setsockopt(s->socket, option, &value, sizeof value);
}

static void say(struct stream *s, const char *text)
{
    if (s->options.calls.say) {
        s->options.calls.say(s->options.calls.self, text);
    }
}

/* own messages */

static bool own_payload(struct stream *s, int own, struct bytes *out)
{
    struct stream_totals totals;
    if (own == OWN_HELLO) {
        bytes_put(out, s->hello.data, s->hello.size);
        return true;
    }
    stream_read(s, &totals);
    const struct stream_rows rows = {
        .queue = s->options.queue,
        .pacer = s->options.pacer,
        .calls = &s->options.calls,
        .totals = &totals,
        .run_epoch = s->run_epoch,
        .lossless = s->options.lossless,
        .hello_end = s->own_next[OWN_HELLO],
        .stat_end = s->own_next[OWN_STAT],
    };
    return own == OWN_STAT ? stream_rows_stat(&rows, out)
                           : stream_rows_end(&rows, s->reason, s->summary, out);
}

/* Loads hello, stat or end as the next message. An own message that cannot be made consumes
 * no sequence number. */
static bool load_own(struct stream *s, int own)
{
    struct bytes payload = {0};
    s->own_due[own] = false;
    bool good = own_payload(s, own, &payload);
    good = good && !payload.failed &&
           sender_load(&s->sender, own_topics[own], payload.data, payload.size);
    bytes_close(&payload);
    if (good) {
        s->sender.envelope.sequence = s->own_next[own]++;
        s->sender.envelope.t_event_ns = s->t_event_ns;
        s->sender.envelope.schema_id = s->options.schema_id;
    }
    return good;
}

/* sending */

static bool is_due(struct stream *s, const struct queue_message *head)
{
    return !s->options.pacer || s->hurry ||
           pacer_due(s->options.pacer, head->stamp.release);
}

/* Blocks that slow readers hold are not given back: with few left, batches are copied, so
 * that one reader cannot take the engine's blocks away from the others. */
static bool few_blocks(struct stream *s)
{
    struct queue_counts counts;
    queue_count(s->options.queue, &counts);
    return counts.blocks_free < (counts.blocks + 1) / 2;
}

static bool load_head(struct stream *s, const struct queue_message *head)
{
    struct tai release = head->stamp.release;
    bool copy = head->block && few_blocks(s);
    if (!sender_load_head(&s->sender, s->options.queue, head, copy)) {
        s->totals.dropped++;
        return false;
    }
    s->sender.envelope.schema_id = s->options.schema_id;
    if (s->sender.envelope.t_event_ns > s->t_event_ns) {
        s->t_event_ns = s->sender.envelope.t_event_ns;
    }
    if (s->options.pacer) {
        pacer_done(s->options.pacer, release);
    }
    return true;
}

/* The next message, if any is due. The order of the last ones: records, stat, end. */
static bool load_next(struct stream *s)
{
    struct queue_message head;
    for (int own = OWN_HELLO; own <= OWN_STAT; own++) {
        if (s->own_due[own] && !s->done && load_own(s, own)) {
            return true;
        }
    }
    bool finished = queue_finished(s->options.queue);
    if (!s->ready && !finished) {
        return false;
    }
    if (queue_head(s->options.queue, &head)) {
        return is_due(s, &head) && load_head(s, &head);
    }
    if (!finished || s->done) {
        return false;
    }
    if (!s->last_stat) {
        s->last_stat = true;
        if (load_own(s, OWN_STAT)) {
            return true;
        }
    }
    if (!s->end_loaded) {
        s->end_loaded = true;
        return load_own(s, OWN_END);
    }
    return false;
}

/* Sends past the readers that are full: each of them is out of the distribution until it
 * has read half of what it holds, so one message is enough to be rid of all that are stuck.
 */
static bool force(struct stream *s)
{
    char text[160];
    set_int(s, ZMQ_XPUB_NODROP, 0);
    bool sent = sender_send(&s->sender);
    if (s->options.lossless && !s->hurry) {
        set_int(s, ZMQ_XPUB_NODROP, 1);
    }
    if (sent && !s->hurry) {
        s->totals.forced++;
        (void)snprintf(
            text, sizeof text,
            "stream: a subscriber did not read for %g s: passed by until it reads "
            "again (%llu so far)",
            s->options.lossless_timeout_s, (unsigned long long)s->totals.forced);
        say(s, text);
    }
    return sent;
}

static void retry_later(struct stream *s);

static bool send_loaded(struct stream *s)
{
    size_t size = zmq_msg_size(&s->sender.payload);
    bool sent = sender_send(&s->sender);
    if (!sent) {
        int64_t now_ns = pacer_now().ns;
        s->totals.retries++;
        if (s->blocked_since_ns == 0) {
            s->blocked_since_ns = now_ns;
        }
        double waited_s = (double)(now_ns - s->blocked_since_ns) / 1e9;
        bool over = s->hurry || (s->options.lossless_timeout_s > 0 &&
                                 waited_s >= s->options.lossless_timeout_s);
        sent = over && force(s);
    }
    if (!sent) {
        retry_later(s);
        return false;
    }
    s->blocked_since_ns = 0;
    s->totals.sent++;
    s->totals.sent_bytes += size;
    return true;
}

/* libzmq learns between turns only what readers have taken: a turn that could fill a reader
 * would drop what a reader that keeps up has long read. */
static void pump(struct stream *s)
{
    size_t bytes = 0;
    for (int i = 0; i < s->turn_messages && bytes < TURN_BYTES && !s->blocked; i++) {
        if (!s->sender.loaded && !load_next(s)) {
            break;
        }
        bytes += zmq_msg_size(&s->sender.payload);
        if (!send_loaded(s)) {
            return;
        }
    }
    if (s->end_loaded && !s->sender.loaded && !s->done) {
        s->done = true;
        if (s->options.calls.done) {
            s->options.calls.done(s->options.calls.self);
        }
    }
}

/* Is there work that waits for nothing? Otherwise sees to it that the loop wakes in time.
 */
static bool more(void *self)
{
    struct stream *s = self;
    struct queue_message head;
    if (s->closing || s->done || s->blocked) {
        return false;
    }
    bool finished = queue_finished(s->options.queue);
    if (s->sender.loaded || s->own_due[OWN_HELLO] || s->own_due[OWN_STAT]) {
        return true;
    }
    if (!s->ready && !finished) {
        return false;
    }
    if (!queue_head(s->options.queue, &head)) {
        ticker_arm(&s->ticker, (struct mono){INT64_MAX});
        return finished;
    }
    if (is_due(s, &head)) {
        return true;
    }
    ticker_arm(&s->ticker, pacer_deadline(s->options.pacer, head.stamp.release));
    return false;
}

static void now_ready(struct stream *s)
{
    if (!s->ready) {
        s->ready = true;
        if (s->options.calls.ready) {
            s->options.calls.ready(s->options.calls.self);
        }
    }
}

static void on_quiet(uv_timer_t *timer)
{
    struct stream *s = timer->data;
    if (!s->closing && audience_there(&s->audience, s->options.wait_subscribers)) {
        now_ready(s);
    }
}

static void drain(void *self)
{
    struct stream *s = self;
    bool any;
    if (s->closing) {
        return;
    }
    if (audience_read(&s->audience, STREAM_HELLO_TOPIC, &any) && s->hello.size > 0) {
        s->own_due[OWN_HELLO] = true;
    }
    if (!s->ready && s->options.wait_subscribers == 0) {
        now_ready(s);
    } else if (!s->ready && audience_there(&s->audience, s->options.wait_subscribers) &&
               (any || !uv_is_active((uv_handle_t *)&s->timers[TIMER_QUIET]))) {
        (void)uv_timer_start(&s->timers[TIMER_QUIET], on_quiet, QUIET_MS, 0);
    }
    pump(s);
}

static void on_retry(uv_timer_t *timer)
{
    struct stream *s = timer->data;
    s->blocked = false;
}

static void retry_later(struct stream *s)
{
    s->blocked = true;
    (void)uv_timer_start(&s->timers[TIMER_RETRY], on_retry, RETRY_MS, 0);
}

static void on_second(uv_timer_t *timer)
{
    struct stream *s = timer->data;
    s->own_due[OWN_HELLO] = s->hello.size > 0;
    s->own_due[OWN_STAT] = true;
}

static void on_wake(uv_async_t *wake)
{
    (void)wake; /* the turn itself does the work */
}

static void wake_loop(void *self)
{
    struct stream *s = self;
    (void)uv_async_send(&s->wake);
}

/* life */

static void one_closed(void *self)
{
    struct stream *s = self;
    if (--s->open == 0 && s->options.calls.closed) {
        s->options.calls.closed(s->options.calls.self);
    }
}

static void handle_closed(uv_handle_t *handle)
{
    one_closed(handle->data);
}

static int socket_open(struct stream *s, void *zmq, struct fail *fail)
{
    s->socket = zmq_socket(zmq, ZMQ_XPUB);
    if (!s->socket) {
        return fail_set(fail, RESULT_WORLD, "ZeroMQ: %s", zmq_strerror(zmq_errno()));
    }
    s->sender.socket = s->watch.socket = s->socket;
    size_t bytes =
        s->options.subscriber_bytes ? s->options.subscriber_bytes : STREAM_SUBSCRIBER_BYTES;
    size_t share = bytes / QUEUE_BLOCK_SIZE;
    int hwm = share < HWM_LEAST ? HWM_LEAST : share > 1 << 20 ? 1 << 20 : (int)share;
    set_int(s, ZMQ_SNDHWM, hwm);
    s->turn_messages = hwm / TURN_SHARE < TURN_MESSAGES ? hwm / TURN_SHARE : TURN_MESSAGES;
    /* Every subscription and every leave is told, equal ones too. */
    set_int(s, ZMQ_XPUB_VERBOSER, 1);
    set_int(s, ZMQ_XPUB_NODROP, s->options.lossless ? 1 : 0);
    set_int(s, ZMQ_LINGER, 0);
    int result = audience_open(&s->audience, zmq, s->socket, fail);
    for (size_t i = 0; result == 0 && i < s->options.endpoint_count; i++) {
        const char *endpoint = s->options.endpoints[i];
        s->audience.inproc = s->audience.inproc || strncmp(endpoint, "inproc:", 7) == 0;
        result = zwatch_bind(s->socket, endpoint, s->endpoints[i], ENDPOINT_MOST, fail);
    }
    return result;
}

static void parted(void *self, size_t unread)
{
    char text[128];
    if (unread > 0) {
        (void)snprintf(text, sizeof text,
                       "stream: %zu subscribers had not read to the end when their time "
                       "was over",
                       unread);
        say(self, text);
    }
}

static int handles_open(struct stream *s, struct fail *fail)
{
    int error = uv_async_init(s->loop, &s->wake, on_wake);
    if (error != 0) {
        return fail_set(fail, RESULT_WORLD, "loop: %s", uv_strerror(error));
    }
    s->open++;
    s->wake.data = s;
    for (int i = 0; i < TIMER_COUNT; i++) {
        (void)uv_timer_init(s->loop, &s->timers[i]);
        s->timers[i].data = s;
        s->open++;
    }
    (void)uv_timer_start(&s->timers[TIMER_SECOND], on_second, 0, SECOND_MS);
    parting_init(&s->parting, s->loop);
    s->open++;
    s->watch.self = s->audience.self = s->ticker.self = s->parting.self = s;
    s->watch.closed = s->audience.closed = s->ticker.closed = one_closed;
    s->parting.closed = one_closed;
    s->parting.parted = parted;
    s->watch.drain = drain;
    s->watch.more = more;
    int result = ticker_init(&s->ticker, s->loop, fail);
    if (result == 0) {
        result = zwatch_init(&s->watch, s->loop, fail);
    }
    if (result == 0) {
        result = audience_watch(&s->audience, s->loop, fail);
    }
    return result;
}

/* Undoes a stream_new that failed: the loop turns until our handles are closed. */
static void give_up(struct stream *s)
{
    s->options.calls = (struct stream_calls){0};
    if (s->open > 0) {
        stream_close(s);
        while (s->open > 0) {
            (void)uv_run(s->loop, UV_RUN_ONCE);
        }
    } else if (s->socket) {
        if (s->audience.monitor.socket) {
            (void)zmq_close(s->audience.monitor.socket);
        }
        (void)zmq_close(s->socket);
    }
    stream_free(s);
}

int stream_new(struct stream **stream, struct loop *loop,
               const struct stream_options *options, struct fail *fail)
{
    *stream = NULL;
    if (options->endpoint_count == 0 || options->endpoint_count > STREAM_ENDPOINTS_MOST) {
        return fail_set(fail, RESULT_USAGE, "%zu endpoints: 1 to %d",
                        options->endpoint_count, STREAM_ENDPOINTS_MOST);
    }
    struct stream *s = calloc(1, sizeof *s);
    if (!s) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the stream");
    }
    s->options = *options;
    s->run_epoch = strdup(options->run_epoch ? options->run_epoch : "");
    s->loop = loop_uv(loop);
    s->ticker.fd = -1;
    int result = socket_open(s, loop_zmq(loop), fail);
    if (result == 0) {
        result = handles_open(s, fail);
    }
    if (result != 0) {
        give_up(s);
        return result;
    }
    queue_set_wake(s->options.queue, wake_loop, s);
    *stream = s;
    return 0;
}

int stream_set_hello(struct stream *s, const void *payload, size_t size)
{
    bytes_clear(&s->hello);
    bytes_put(&s->hello, payload, size);
    s->own_due[OWN_HELLO] = size > 0;
    return s->hello.failed ? RESULT_MEMORY : 0;
}

static void replace(char **text, const char *with)
{
    free(*text);
    *text = with ? strdup(with) : NULL;
}

void stream_set_end(struct stream *s, const char *reason, const char *summary_json)
{
    replace(&s->reason, reason);
    replace(&s->summary, summary_json);
}

void stream_set_time(struct stream *s, int64_t t_event_ns)
{
    s->t_event_ns = t_event_ns;
}

void stream_gaps_reported(struct stream *s, uint64_t missing)
{
    s->totals.dropped_reported += missing;
}

void stream_read(struct stream *s, struct stream_totals *totals)
{
    struct queue_counts counts;
    queue_count(s->options.queue, &counts);
    *totals = s->totals;
    totals->dropped += counts.dropped + s->totals.dropped_reported;
    totals->subscriptions = s->audience.subscriptions;
    totals->connections = s->audience.connections;
    totals->blocked = s->blocked_since_ns != 0;
}

const char *stream_endpoint(const struct stream *s, size_t i)
{
    return i < s->options.endpoint_count ? s->endpoints[i] : NULL;
}

void stream_hurry(struct stream *s)
{
    s->hurry = true;
    set_int(s, ZMQ_XPUB_NODROP, 0);
}

static int linger_ms(const struct stream *s)
{
    if (!s->options.lossless || s->hurry) {
        return LINGER_LIVE_MS;
    }
    double timeout_ms = s->options.lossless_timeout_s * 1e3;
    if (timeout_ms <= 0 || timeout_ms > LINGER_MOST_MS) {
        return LINGER_MOST_MS;
    }
    return timeout_ms < LINGER_LEAST_MS ? LINGER_LEAST_MS : (int)timeout_ms;
}

void stream_close(struct stream *s)
{
    if (s->closing) {
        return;
    }
    s->closing = true;
    queue_set_wake(s->options.queue, NULL, NULL);
    sender_drop(&s->sender);
    audience_part(&s->audience, &s->parting);
    parting_start(&s->parting, linger_ms(s));
    s->open += 3; /* held until all closes are asked for */
    uv_close((uv_handle_t *)&s->wake, handle_closed);
    for (int i = 0; i < TIMER_COUNT; i++) {
        uv_close((uv_handle_t *)&s->timers[i], handle_closed);
    }
    ticker_close(&s->ticker);
    audience_close(&s->audience);
    zwatch_close(&s->watch);
    set_int(s, ZMQ_LINGER, linger_ms(s));
    (void)zmq_close(s->socket);
    s->socket = NULL;
}

void stream_free(struct stream *s)
{
    if (s) {
        bytes_close(&s->hello);
        free(s->run_epoch);
        free(s->reason);
        free(s->summary);
        free(s);
    }
}
