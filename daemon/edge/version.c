/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of the program and of the libraries it runs with. */
#include "edge/version.h"

#include <pcap/pcap.h>
#include <sodium.h>
#include <uv.h>
#include <yaml.h>
#include <zmq.h>
#include <zstd.h>

#include "base/time.h"
#include "label/leaf.h"

#ifndef V2XD_VERSION
#define V2XD_VERSION "unknown"
#endif

const char *version_program(void)
{
    return V2XD_VERSION;
}

static void zmq_text(struct bytes *out)
{
    int major, minor, patch;
    zmq_version(&major, &minor, &patch);
    bytes_format(out, "%d.%d.%d", major, minor, patch);
}

void version_text(struct bytes *out)
{
    struct time_calendar expiry = time_calendar(time_leap_expiry());
    bytes_format(out, "v2xd %s\n", V2XD_VERSION);
    bytes_format(out, "taxonomy %s\n", leaf_taxonomy_version);
    bytes_format(out, "leap seconds known until %04d-%02d-%02d\n", expiry.year,
                 expiry.month, expiry.day);
    bytes_text(out, "libzmq ");
    zmq_text(out);
    bytes_format(out, "\nlibuv %s\n%s\nlibyaml %s\njansson %s\nzstd %s\nlibsodium %s\n",
                 uv_version_string(), pcap_lib_version(), yaml_get_version_string(),
                 jansson_version_str(), ZSTD_versionString(), sodium_version_string());
}

json_t *version_json(void)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "v2xd", V2XD_VERSION, "zstd",
                     ZSTD_versionString(), "libyaml", yaml_get_version_string(), "jansson",
                     jansson_version_str(), "taxonomy", leaf_taxonomy_version);
}
