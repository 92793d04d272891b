/* SPDX-License-Identifier: Apache-2.0 */
/* Buffered standard output, see out.h. */
#include "tools/v2x/out.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int out_flush(struct out *out, struct fail *fail)
{
    if (out->text.failed) {
        return fail_set(fail, RESULT_MEMORY, "out of memory for the output");
    }
    const uint8_t *at = out->text.data;
    size_t left = out->text.size;
    while (left > 0) {
        ssize_t n = write(STDOUT_FILENO, at, left);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return fail_set(fail, RESULT_WORLD, "cannot write standard output: %s",
                            strerror(errno));
        }
        at += n;
        left -= (size_t)n;
    }
    bytes_clear(&out->text);
    return 0;
}

int out_turn(struct out *out, struct fail *fail)
{
    return out->at_once || out->text.size >= OUT_PIECE || out->text.failed
               ? out_flush(out, fail)
               : 0;
}

void out_close(struct out *out)
{
    bytes_close(&out->text);
}
