/* SPDX-License-Identifier: Apache-2.0 */
/* libpcap behind a fence, see capture.h. Fuzz target: fuzz_capture. */
#include "replay/capture.h"

#include "replay/link.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CAPTURE_NAME_MAX 200

struct capture {
    pcap_t *pcap;
    bool live, filtered;
    struct bpf_program program;
    uint64_t number;
    char name[CAPTURE_NAME_MAX];
};

static int link_type(struct capture *c, struct fail *fail)
{
    int dlt = pcap_datalink(c->pcap);
    if (link_known(dlt)) {
        return 0;
    }
    return fail_set(fail, RESULT_USAGE,
                    "%s: link type %d (%s): not one of Ethernet, 802.11, radiotap, PPI, "
                    "Prism, AVS, Linux cooked, raw IP, loopback, user",
                    c->name, dlt, capture_dlt_name(c));
}

static int compile_filter(struct capture *c, const char *filter, struct fail *fail)
{
    if (!filter || filter[0] == 0) {
        return 0;
    }
    if (pcap_compile(c->pcap, &c->program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0) {
        return fail_set(fail, RESULT_USAGE, "filter \"%s\": %s", filter,
                        pcap_geterr(c->pcap));
    }
    c->filtered = true;
    /* On an interface the kernel filters, so that foreign traffic never reaches us. */
    if (c->live && pcap_setfilter(c->pcap, &c->program) != 0) {
        return fail_set(fail, RESULT_WORLD, "%s: %s", c->name, pcap_geterr(c->pcap));
    }
    return 0;
}

static struct capture *capture_new(const char *name)
{
    struct capture *c = calloc(1, sizeof *c);
    if (c) {
        (void)snprintf(c->name, sizeof c->name, "%s", name);
    }
    return c;
}

static int finish_open(struct capture **out, struct capture *c, const char *filter,
                       struct fail *fail)
{
    int code = link_type(c, fail);
    if (code == 0) {
        code = compile_filter(c, filter, fail);
    }
    if (code != 0) {
        capture_close(c);
        return code;
    }
    *out = c;
    return 0;
}

int capture_open_stream(struct capture **out, FILE *stream, const char *name,
                        const char *filter, struct fail *fail)
{
    char text[PCAP_ERRBUF_SIZE] = "";
    struct capture *c = capture_new(name);
    if (!c) {
        (void)fclose(stream);
        return fail_set(fail, RESULT_MEMORY, "%s: out of memory", name);
    }
    c->pcap =
        pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, text);
    if (!c->pcap) {
        (void)fclose(stream);
        free(c);
        return fail_set(fail, RESULT_USAGE, "%s: not a capture that can be read: %s", name,
                        text);
    }
    return finish_open(out, c, filter, fail);
}

int capture_open(struct capture **out, const char *path, const char *filter,
                 struct fail *fail)
{
    if (strcmp(path, "-") == 0) {
        return capture_open_stream(out, stdin, "standard input", filter, fail);
    }
    FILE *stream = fopen(path, "rb");
    if (!stream) {
        return fail_set(fail, errno == ENOENT ? RESULT_USAGE : RESULT_WORLD, "%s: %s", path,
                        strerror(errno));
    }
    return capture_open_stream(out, stream, path, filter, fail);
}

int capture_open_live(struct capture **out, const char *interface, const char *filter,
                      struct fail *fail)
{
    char text[PCAP_ERRBUF_SIZE] = "";
    struct capture *c = capture_new(interface);
    if (!c) {
        return fail_set(fail, RESULT_MEMORY, "%s: out of memory", interface);
    }
    c->live = true;
    c->pcap = pcap_create(interface, text);
    if (!c->pcap) {
        free(c);
        return fail_set(fail, RESULT_WORLD, "%s: %s", interface, text);
    }
    (void)pcap_set_promisc(c->pcap, 1);
    (void)pcap_set_timeout(c->pcap, 10);
    (void)pcap_set_immediate_mode(c->pcap, 1);
    (void)pcap_set_tstamp_precision(c->pcap, PCAP_TSTAMP_PRECISION_NANO);
    int code = pcap_activate(c->pcap);
    if (code < 0 || pcap_setnonblock(c->pcap, 1, text) != 0) {
        const char *why = pcap_geterr(c->pcap);
        (void)fail_set(fail, RESULT_WORLD, "%s: %s", interface,
                       code >= 0 ? text
                       : why[0]  ? why
                                 : pcap_statustostr(code));
        capture_close(c);
        return RESULT_WORLD;
    }
    return finish_open(out, c, filter, fail);
}

/* A stamp beyond what nanoseconds since 1970 can hold stays at the edge. */
static struct utc stamp(const struct capture *c, const struct pcap_pkthdr *header)
{
    int64_t s = header->ts.tv_sec;
    int64_t fraction = header->ts.tv_usec;
    if (pcap_get_tstamp_precision(c->pcap) != PCAP_TSTAMP_PRECISION_NANO) {
        fraction = fraction * 1000;
    }
    if (s > INT64_MAX / TIME_NS_PER_S - 1 || s < INT64_MIN / TIME_NS_PER_S + 1 ||
        fraction < 0 || fraction >= 2 * TIME_NS_PER_S) {
        return (struct utc){s < 0 ? INT64_MIN : INT64_MAX};
    }
    return (struct utc){s * TIME_NS_PER_S + fraction};
}

static int broken(struct capture *c, struct fail *fail)
{
    const char *why = pcap_geterr(c->pcap);
    if (c->live) {
        return fail_set(fail, RESULT_WORLD, "%s: %s", c->name, why);
    }
    if (strstr(why, "different from the type of the first")) {
        return fail_set(fail, RESULT_USAGE,
                        "%s: frame %llu: interfaces of different link types in one file: "
                        "split it by interface first",
                        c->name, (unsigned long long)c->number + 1);
    }
    FILE *stream = pcap_file(c->pcap);
    long at = stream ? ftell(stream) : -1;
    return fail_set(fail, RESULT_TORN, "%s: frame %llu, octet %ld: %s", c->name,
                    (unsigned long long)c->number + 1, at, why);
}

int capture_next(struct capture *c, struct capture_frame *out, struct fail *fail)
{
    for (;;) {
        struct pcap_pkthdr *header;
        const u_char *octets;
        int code = pcap_next_ex(c->pcap, &header, &octets);
        if (code == 0 || code == PCAP_ERROR_BREAK) {
            return 0;
        }
        if (code != 1) {
            return broken(c, fail);
        }
        c->number++;
        if (c->filtered && pcap_offline_filter(&c->program, header, octets) == 0) {
            continue;
        }
        *out = (struct capture_frame){.number = c->number,
                                      .utc = stamp(c, header),
                                      .dlt = pcap_datalink(c->pcap),
                                      .octets = octets,
                                      .size = header->caplen,
                                      .original_size = header->len};
        return 1;
    }
}

int capture_dlt(const struct capture *c)
{
    return pcap_datalink(c->pcap);
}

const char *capture_dlt_name(const struct capture *c)
{
    const char *name = pcap_datalink_val_to_name(pcap_datalink(c->pcap));
    return name ? name : "unnamed";
}

int capture_descriptor(const struct capture *c)
{
    return c->live ? pcap_get_selectable_fd(c->pcap) : -1;
}

void capture_close(struct capture *c)
{
    if (!c) {
        return;
    }
    if (c->filtered) {
        pcap_freecode(&c->program);
    }
    pcap_close(c->pcap);
    free(c);
}
