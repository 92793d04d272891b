/* SPDX-License-Identifier: Apache-2.0 */
/* Tangent-plane geodesy. In: degrees. Out: metres east and north, and the way back. */
#include "base/geo.h"

#include "base/fmath.h"

#define WGS84_A  6378137.0
#define WGS84_E2 6.69437999014e-3

struct geo_origin geo_origin_init(double lat_deg, double lon_deg, double elev_m)
{
    double s = fm_sin(lat_deg * FM_PI / 180);
    double c = fm_cos(lat_deg * FM_PI / 180);
    double w = fm_sqrt(1 - WGS84_E2 * s * s);
    double meridian_m = WGS84_A * (1 - WGS84_E2) / (w * w * w) + elev_m;
    double normal_m = WGS84_A / w + elev_m;
    return (struct geo_origin){
        .lat_deg = lat_deg,
        .lon_deg = lon_deg,
        .elev_m = elev_m,
        .m_per_deg_lat = meridian_m * FM_PI / 180,
        .m_per_deg_lon = normal_m * c * FM_PI / 180,
    };
}

void geo_to_enu(const struct geo_origin *o, double lat_deg, double lon_deg, double *x_m,
                double *y_m)
{
    double dlon = lon_deg - o->lon_deg;
    if (dlon > 180) {
        dlon -= 360;
    } else if (dlon < -180) {
        dlon += 360;
    }
    *x_m = dlon * o->m_per_deg_lon;
    *y_m = (lat_deg - o->lat_deg) * o->m_per_deg_lat;
}

void geo_from_enu(const struct geo_origin *o, double x_m, double y_m, double *lat_deg,
                  double *lon_deg)
{
    double lon = o->lon_deg + x_m / o->m_per_deg_lon;
    *lon_deg = lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon;
    *lat_deg = o->lat_deg + y_m / o->m_per_deg_lat;
}

double geo_yaw_from_heading(double heading_deg)
{
    return fm_wrap_angle((90 - heading_deg) * FM_PI / 180);
}

double geo_heading_from_yaw(double yaw_rad)
{
    double heading = 90 - yaw_rad * 180 / FM_PI;
    heading -= 360 * fm_floor(heading / 360);
    return heading >= 360 ? 0 : heading;
}
