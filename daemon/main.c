/* SPDX-License-Identifier: Apache-2.0 */
/* v2xd: reads the command line, carries it out, says once what went wrong, and exits with
 * the code that the public contract gives it. */
#include <stdio.h>

#include "edge/options.h"
#include "edge/run.h"
#include "edge/version.h"

int main(int argc, char **argv)
{
    struct options options;
    struct fail fail = {0};
    bool interrupted = false;
    int code = options_parse(argc, argv, &options, &fail);
    if (code == 0) {
        struct bytes text = {0};
        switch (options.command) {
        case OPTIONS_RUN:
        case OPTIONS_REPLAY:
            code = run_main(&options, &interrupted, &fail);
            break;
        case OPTIONS_CHECK:
            code = run_check(&options, &fail);
            break;
        case OPTIONS_EXPLAIN:
            code = run_explain(&options, &fail);
            break;
        case OPTIONS_HELP:
            options_help(&options, &text);
            break;
        case OPTIONS_VERSION:
            version_text(&text);
            break;
        }
        if (text.size > 0) {
            (void)fwrite(text.data, 1, text.size, stdout);
        }
        bytes_close(&text);
    }
    if (code < 0) {
        (void)fprintf(stderr, "v2xd: %s\n", fail.text);
        return result_exit_code(code);
    }
    return interrupted ? 130 : 0;
}
