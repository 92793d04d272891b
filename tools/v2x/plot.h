/* SPDX-License-Identifier: Apache-2.0 */
/* Plots as inline SVG, and text that is safe in HTML. In: data ranges and points. Out:
 * octets appended. Colours come in the order of enum; none is the only carrier of meaning:
 * every line has its name beside it. */
#pragma once

#include <stddef.h>

#include "base/bytes.h"

enum { PLOT_COLOURS = 8 };

struct plot {
    const char *title, *x_label, *y_label;
    double x0, x1, y0, y1; /* what the axes show */
    int names;             /* lines named so far */
};

/* Rounds a range outwards to a readable step. */
void plot_nice(double *least, double *most);

void plot_open(struct bytes *out, struct plot *p);
/* A line through the points; steps: level up to the next x. name NULL: none beside it. */
void plot_line(struct bytes *out, struct plot *p, const double *x, const double *y,
               size_t count, int colour, const char *name);
/* A band between two lines. */
void plot_band(struct bytes *out, const struct plot *p, const double *x, const double *low,
               const double *high, size_t count, int colour);
/* A bar from (x, y0) to (x + width, y1). */
void plot_bar(struct bytes *out, const struct plot *p, double x, double width, double y0,
              double y1, int colour, const char *tip);
void plot_name(struct bytes *out, struct plot *p, int colour, const char *name);
void plot_close(struct bytes *out);

/* A table cell whose ground is as deep as share (0..1). */
void plot_cell(struct bytes *out, double share, const char *text, const char *tip);

/* Text with what HTML would read as its own made harmless. */
void plot_text(struct bytes *out, const char *text);
