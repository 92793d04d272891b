/* SPDX-License-Identifier: Apache-2.0 */
/* v2x sub and v2x ctl without the rest of the companion. */
#include <string.h>

#include "v2x_net.h"

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "sub") == 0) {
        return v2x_sub_main(argc - 1, argv + 1);
    }
    return argc > 1 && strcmp(argv[1], "ctl") == 0 ? v2x_ctl_main(argc - 1, argv + 1) : 2;
}
