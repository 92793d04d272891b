/* SPDX-License-Identifier: Apache-2.0 */
/* Local east-north-up metres about an origin, and back to WGS-84 degrees.
 *
 * The plane is tangent at the origin and scaled by the two radii of curvature there
 * (meridian and prime vertical of WGS-84 at the origin's latitude and height): exact at the
 * origin, under 1 cm within 1 km and under 1 m within 10 km at latitudes below 70 degrees.
 * Pure and invertible. */
#pragma once

struct geo_origin {
    double lat_deg, lon_deg, elev_m;
    double m_per_deg_lat, m_per_deg_lon; /* set by geo_origin_init */
};

/* |lat| <= 89, |lon| <= 180. */
struct geo_origin geo_origin_init(double lat_deg, double lon_deg, double elev_m);

void geo_to_enu(const struct geo_origin *o, double lat_deg, double lon_deg, double *x_m,
                double *y_m);
void geo_from_enu(const struct geo_origin *o, double x_m, double y_m, double *lat_deg,
                  double *lon_deg);

/* J2735 heading (degrees clockwise from north, 0..360) and our yaw (rad, counter-clockwise
 * from east). */
double geo_yaw_from_heading(double heading_deg);
double geo_heading_from_yaw(double yaw_rad);
