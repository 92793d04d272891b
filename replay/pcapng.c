/* SPDX-License-Identifier: Apache-2.0 */
/* pcapng blocks, see pcapng.h (draft-ietf-opsawg-pcapng, sections 4.1 to 4.3),
 * little-endian.
 */
#include "replay/pcapng.h"

#include "replay/link.h"

#include <string.h>

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 6,
    OPTION_END = 0,
    OPTION_COMMENT = 1,
    OPTION_NAME = 2,
    OPTION_RESOLUTION = 9,
    NANOSECONDS = 9 /* ten to the power of minus nine */
};

static size_t padded(size_t n)
{
    return (n + 3) / 4 * 4;
}

static void put_padded(struct bytes *out, const void *data, size_t n)
{
    bytes_put(out, data, n);
    bytes_le(out, 0, padded(n) - n);
}

static size_t option_size(size_t n)
{
    return n > 0 ? 4 + padded(n) : 0;
}

static void put_option(struct bytes *out, unsigned code, const void *data, size_t n)
{
    if (n > 0) {
        bytes_le(out, code, 2);
        bytes_le(out, n, 2);
        put_padded(out, data, n);
    }
}

static size_t text_size(const char *text)
{
    size_t n = text ? strlen(text) : 0;
    return n > 0xffff ? 0xffff : n;
}

void pcapng_begin(struct bytes *out)
{
    bytes_le(out, BLOCK_SECTION, 4);
    bytes_le(out, 28, 4);
    bytes_le(out, 0x1a2b3c4d, 4);
    bytes_le(out, 1, 2);
    bytes_le(out, 0, 2);
    bytes_le(out, UINT64_MAX, 8); /* length of the section: not given */
    bytes_le(out, 28, 4);
}

void pcapng_interface(struct bytes *out, int dlt, const char *name)
{
    uint8_t resolution = NANOSECONDS;
    size_t name_size = text_size(name);
    size_t total = 20 + option_size(name_size) + option_size(1) + 4;
    int type = dlt == LINK_RAW || dlt == LINK_RAW_BSD ? LINK_RAW_FILE : dlt;
    bytes_le(out, BLOCK_INTERFACE, 4);
    bytes_le(out, total, 4);
    bytes_le(out, (uint64_t)type, 2);
    bytes_le(out, 0, 2);
    bytes_le(out, 0, 4); /* no limit to a packet's length */
    put_option(out, OPTION_NAME, name, name_size);
    put_option(out, OPTION_RESOLUTION, &resolution, 1);
    bytes_le(out, OPTION_END, 4);
    bytes_le(out, total, 4);
}

void pcapng_packet(struct bytes *out, uint32_t interface, struct utc utc,
                   const uint8_t *octets, size_t size, const char *comment)
{
    size_t comment_size = text_size(comment);
    size_t options = comment_size > 0 ? option_size(comment_size) + 4 : 0;
    size_t total = 32 + padded(size) + options;
    uint64_t ns = utc.ns > 0 ? (uint64_t)utc.ns : 0;
    bytes_le(out, BLOCK_PACKET, 4);
    bytes_le(out, total, 4);
    bytes_le(out, interface, 4);
    bytes_le(out, ns >> 32, 4);
    bytes_le(out, ns & UINT32_MAX, 4);
    bytes_le(out, size, 4);
    bytes_le(out, size, 4);
    put_padded(out, octets, size);
    if (options > 0) {
        put_option(out, OPTION_COMMENT, comment, comment_size);
        bytes_le(out, OPTION_END, 4);
    }
    bytes_le(out, total, 4);
}
