/* SPDX-License-Identifier: Apache-2.0 */
/* Axes, ticks, lines, bands and bars; see plot.h. */
#include "tools/v2x/plot.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 560, HEIGHT = 300, LEFT = 62, RIGHT = 16, TOP = 34, BOTTOM = 46 };

/* Told apart with common colour vision deficiencies too (Okabe and Ito 2008). */
static const char *const colours[PLOT_COLOURS] = {
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c510a", "#666666"};

void plot_text(struct bytes *out, const char *text)
{
    for (const char *c = text ? text : ""; *c; c++) {
        switch (*c) {
        case '<':
            bytes_text(out, "&lt;");
            break;
        case '>':
            bytes_text(out, "&gt;");
            break;
        case '&':
            bytes_text(out, "&amp;");
            break;
        case '"':
            bytes_text(out, "&quot;");
            break;
        default:
            bytes_u8(out, (uint8_t)*c);
        }
    }
}

static double step_of(double span)
{
    double raw = span / 5;
    double power = pow(10, floor(log10(raw)));
    double first = raw / power;
    return (first <= 1 ? 1 : first <= 2 ? 2 : first <= 5 ? 5 : 10) * power;
}

void plot_nice(double *least, double *most)
{
    if (!(*most > *least)) {
        *most = *least + 1;
    }
    double step = step_of(*most - *least);
    *least = floor(*least / step) * step;
    *most = ceil(*most / step) * step;
}

static double px(const struct plot *p, double x)
{
    double share = (x - p->x0) / (p->x1 - p->x0);
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return LEFT + share * (WIDTH - LEFT - RIGHT);
}

static double py(const struct plot *p, double y)
{
    double share = (y - p->y0) / (p->y1 - p->y0);
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
}

static void axes(struct bytes *out, const struct plot *p)
{
    double step = step_of(p->x1 - p->x0);
    for (double x = ceil(p->x0 / step) * step; x <= p->x1 + step * 1e-6; x += step) {
        bytes_format(out,
                     "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" class=\"g\"/>"
                     "<text x=\"%.1f\" y=\"%d\" class=\"m\">%g</text>",
                     px(p, x), TOP, px(p, x), HEIGHT - BOTTOM, px(p, x),
                     HEIGHT - BOTTOM + 16, fabs(x) < step * 1e-6 ? 0 : x);
    }
    step = step_of(p->y1 - p->y0);
    for (double y = ceil(p->y0 / step) * step; y <= p->y1 + step * 1e-6; y += step) {
        bytes_format(out,
                     "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" class=\"g\"/>"
                     "<text x=\"%d\" y=\"%.1f\" class=\"e\">%g</text>",
                     LEFT, py(p, y), WIDTH - RIGHT, py(p, y), LEFT - 6, py(p, y) + 4,
                     fabs(y) < step * 1e-6 ? 0 : y);
    }
}

void plot_open(struct bytes *out, struct plot *p)
{
    p->names = 0;
    bytes_format(out, "<figure><svg viewBox=\"0 0 %d %d\" role=\"img\"><title>", WIDTH,
                 HEIGHT);
    plot_text(out, p->title);
    bytes_format(out, "</title><text x=\"%d\" y=\"20\" class=\"t\">", LEFT);
    plot_text(out, p->title);
    bytes_text(out, "</text>");
    axes(out, p);
    bytes_format(out, "<text x=\"%d\" y=\"%d\" class=\"m\">", (LEFT + WIDTH - RIGHT) / 2,
                 HEIGHT - 10);
    plot_text(out, p->x_label);
    bytes_format(out,
                 "</text><text transform=\"translate(14 %d) rotate(-90)\" class=\"m\">",
                 (TOP + HEIGHT - BOTTOM) / 2);
    plot_text(out, p->y_label);
    bytes_text(out, "</text>\n");
}

void plot_name(struct bytes *out, struct plot *p, int colour, const char *name)
{
    int y = TOP + 6 + 15 * p->names++;
    int x = WIDTH - RIGHT - 170;
    bytes_format(out,
                 "<rect x=\"%d\" y=\"%d\" width=\"174\" height=\"15\" fill=\"#fff\" "
                 "fill-opacity=\"0.8\"/><rect x=\"%d\" y=\"%d\" width=\"10\" "
                 "height=\"10\" fill=\"%s\"/><text x=\"%d\" y=\"%d\" class=\"n\">",
                 x - 4, y - 3, x, y, colours[colour % PLOT_COLOURS], x + 15, y + 9);
    plot_text(out, name);
    bytes_text(out, "</text>\n");
}

void plot_line(struct bytes *out, struct plot *p, const double *x, const double *y,
               size_t count, int colour, const char *name)
{
    bytes_format(out,
                 "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\" points=\"",
                 colours[colour % PLOT_COLOURS]);
    for (size_t i = 0; i < count; i++) {
        bytes_format(out, "%.1f,%.1f ", px(p, x[i]), py(p, y[i]));
    }
    bytes_text(out, "\"/>\n");
    if (name) {
        plot_name(out, p, colour, name);
    }
}

void plot_band(struct bytes *out, const struct plot *p, const double *x, const double *low,
               const double *high, size_t count, int colour)
{
    bytes_format(out, "<polygon fill=\"%s\" fill-opacity=\"0.18\" points=\"",
                 colours[colour % PLOT_COLOURS]);
    for (size_t i = 0; i < count; i++) {
        bytes_format(out, "%.1f,%.1f ", px(p, x[i]), py(p, high[i]));
    }
    for (size_t i = count; i-- > 0;) {
        bytes_format(out, "%.1f,%.1f ", px(p, x[i]), py(p, low[i]));
    }
    bytes_text(out, "\"/>\n");
}

void plot_bar(struct bytes *out, const struct plot *p, double x, double width, double y0,
              double y1, int colour, const char *tip)
{
    double left = px(p, x) + 0.5;
    double right = px(p, x + width) - 0.5;
    bytes_format(out,
                 "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\">",
                 left, py(p, y1), right > left ? right - left : 0.5, py(p, y0) - py(p, y1),
                 colours[colour % PLOT_COLOURS]);
    if (tip) {
        bytes_text(out, "<title>");
        plot_text(out, tip);
        bytes_text(out, "</title>");
    }
    bytes_text(out, "</rect>\n");
}

void plot_close(struct bytes *out)
{
    bytes_text(out, "</svg></figure>\n");
}

void plot_cell(struct bytes *out, double share, const char *text, const char *tip)
{
    bytes_text(out, "<td title=\"");
    plot_text(out, tip);
    bytes_format(out, "\" style=\"background:rgba(0,114,178,%.2f)%s\">",
                 0.06 + 0.84 * share, share > 0.6 ? ";color:#fff" : "");
    plot_text(out, text);
    bytes_text(out, "</td>");
}
