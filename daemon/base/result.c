/* SPDX-License-Identifier: Apache-2.0 */
/* Error texts, completed on the way up. In: what failed, then where. Out: one line for the
 * user. */
#include "base/result.h"

#include <stdio.h>
#include <string.h>

int fail_set(struct fail *fail, int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(fail->text, sizeof fail->text, format, args);
    va_end(args);
    fail->code = code;
    return code;
}

int fail_wrap(struct fail *fail, const char *format, ...)
{
    char text[sizeof fail->text];
    va_list args;
    va_start(args, format);
    int used = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (used >= 0 && (size_t)used < sizeof text) {
        (void)snprintf(text + used, sizeof text - (size_t)used, ": %s", fail->text);
    }
    memcpy(fail->text, text, sizeof text);
    return fail->code;
}

int result_exit_code(int code)
{
    switch (code) {
#define X(value, name, exit_code, sentence)                                                \
    case value:                                                                            \
        return exit_code;
        RESULT_TABLE(X)
#undef X
    default:
        return 0;
    }
}
