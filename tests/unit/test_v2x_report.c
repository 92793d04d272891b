/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of the report: numbers land where the axes say, and text stays text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "tools/v2x/plot.h"

static const char *text_of(struct bytes *out)
{
    bytes_u8(out, 0);
    return (const char *)out->data;
}

static void a_range_is_rounded_outwards_to_a_readable_step(void **state)
{
    (void)state;
    double least = 0.3;
    double most = 97;
    plot_nice(&least, &most);
    assert_true(least == 0 && most == 100);
    least = -0.7;
    most = 0.9;
    plot_nice(&least, &most);
    assert_true(fabs(least + 1) < 1e-12 && fabs(most - 1) < 1e-12);
    least = most = 5; /* nothing to show is shown all the same */
    plot_nice(&least, &most);
    assert_true(most > least);
}

/* The drawing is 560 x 300; axes leave 62 left, 16 right, 34 above, 46 below. */
static void points_lie_where_the_axes_say_and_never_outside(void **state)
{
    (void)state;
    struct bytes out = {0};
    struct plot p = {.title = "t", .x_label = "x", .y_label = "y", .x1 = 10, .y1 = 100};
    const double x[] = {0, 5, 10, 99};
    const double y[] = {0, 50, 100, -7};
    plot_open(&out, &p);
    plot_line(&out, &p, x, y, 4, 0, NULL);
    plot_close(&out);
    /* by hand: 62 + 482 * share, 254 - 220 * share */
    assert_non_null(strstr(text_of(&out), "points=\"62.0,254.0 303.0,144.0 544.0,34.0 "
                                          "544.0,254.0 \""));
    bytes_close(&out);
}

static void names_of_a_dataset_cannot_become_markup(void **state)
{
    (void)state;
    struct bytes out = {0};
    struct plot p = {
        .title = "<script>", .x_label = "a&b", .y_label = "", .x1 = 1, .y1 = 1};
    plot_open(&out, &p);
    plot_bar(&out, &p, 0, 1, 0, 1, 0, "</rect><b>\"");
    plot_name(&out, &p, 0, "<img>");
    plot_cell(&out, 0.5, "<td>", "\" onload=\"");
    plot_close(&out);
    const char *text = text_of(&out);
    static const char *const never[] = {"<script>", "<b>", "<img>", "<td><td>",
                                        "\" onload"};
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        assert_null(strstr(text, never[i]));
    }
    assert_non_null(strstr(text, "&lt;script&gt;"));
    assert_non_null(strstr(text, "a&amp;b"));
    bytes_close(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_is_rounded_outwards_to_a_readable_step),
        cmocka_unit_test(points_lie_where_the_axes_say_and_never_outside),
        cmocka_unit_test(names_of_a_dataset_cannot_become_markup),
    };
    return cmocka_run_group_tests_name("v2x_report", tests, NULL, NULL);
}
