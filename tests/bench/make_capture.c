/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the capture that benchmarks of decoding read: N Ethernet frames of WSMP with BSMs
 * of moving cars, half of them in a signed envelope (digest and signature made up), half in
 * an unsecured one, 10 per second and car.
 *
 * usage: make_capture COUNT FILE.pcapng; equal COUNT gives equal octets */
#include <stdio.h>
#include <stdlib.h>

#include "asn1/bsm_fast.h"
#include "replay/pcapng.h"
#include "replay/wrap.h"

enum { CARS = 50, SIGNATURE = 64 };

static const int64_t start_ns = INT64_C(1780315200000000000); /* 2026-06-01T12:00:00Z */

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t x = a * UINT64_C(0x9e3779b97f4a7c15) ^ b * UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 31;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 29;
}

static void car_at(uint32_t car, uint32_t k, struct bsm_core *core)
{
    uint64_t r = mix(car, k);
    *core = (struct bsm_core){
        .msg_cnt = (uint8_t)((k + car) % 128),
        .id = 0x1a2b0000u + car,
        .sec_mark = (uint16_t)(k * 100 % 60000),
        .lat = 422990000 + (int32_t)(car * 731) + (int32_t)(k % 4000) * 12,
        .lon = -836989000 + (int32_t)(car * 1193) - (int32_t)(k % 4000) * 9,
        .elev = 2600 + (int32_t)(r % 40),
        .semi_major = (uint8_t)(20 + r % 60),
        .semi_minor = (uint8_t)(20 + (r >> 8) % 60),
        .orientation = (uint16_t)(r >> 16),
        .transmission = 2,
        .speed = (uint16_t)(400 + (r >> 32) % 900),
        .heading = (uint16_t)((car * 577 + k * 3) % 28800),
        .angle = (int8_t)((int)((r >> 40) % 41) - 20),
        .accel_long = (int16_t)((int)((r >> 44) % 400) - 200),
        .accel_lat = (int16_t)((int)((r >> 52) % 100) - 50),
        .accel_vert = -127,
        .yaw = (int16_t)((int)((r >> 20) % 2000) - 1000),
        .wheel_brakes = (uint8_t)((r >> 60) & 1 ? 0x0f : 0),
        .traction = 1,
        .abs = 1,
        .scs = 1,
        .brake_boost = 1,
        .aux_brakes = 1,
        .width = 185,
        .length = 460,
    };
}

/* IEEE 1609.2 clause 6.3.9: signed data over the frame, PSID 32, generation time, digest
 * signer, ECDSA P-256 with a compressed point. */
static void put_signed(struct bytes *out, const uint8_t frame[BSM_FRAME_SIZE],
                       uint64_t generation_us, uint64_t r)
{
    static const uint8_t head[] = {0x03, 0x81, 0x00, 0x40, 0x03, 0x80, BSM_FRAME_SIZE};
    static const uint8_t header_info[] = {0x40, 0x01, 0x20};
    bytes_put(out, head, sizeof head);
    bytes_put(out, frame, BSM_FRAME_SIZE);
    bytes_put(out, header_info, sizeof header_info);
    for (int i = 7; i >= 0; i--) {
        bytes_u8(out, (uint8_t)(generation_us >> (8 * i)));
    }
    bytes_u8(out, 0x80);
    for (int i = 0; i < 8; i++) {
        bytes_u8(out, (uint8_t)(r >> (8 * i)));
    }
    bytes_u8(out, 0x80);
    bytes_u8(out, 0x82);
    for (int i = 0; i < SIGNATURE; i++) {
        bytes_u8(out, (uint8_t)mix(r, (uint64_t)i));
    }
}

static bool put_frame(struct bytes *file, uint32_t number)
{
    uint32_t car = number % CARS;
    uint32_t k = number / CARS;
    struct bsm_core core;
    uint8_t message[BSM_FRAME_SIZE];
    struct bytes spdu = {0};
    struct bytes packet = {0};
    struct bytes frame = {0};
    struct utc utc = {start_ns + (int64_t)k * 100000000 + (int64_t)car * 1900000};
    struct wrap_wsmp_facts wsmp = {.psid = 0x20, .has_channel = true, .channel = 180};
    struct link_facts link = {.has_src = true, .ethertype = LINK_TYPE_WSMP};
    link.src[0] = 2;
    link.src[5] = (uint8_t)car;
    car_at(car, k, &core);
    bool good = bsm_fast_encode(&core, message);
    if (car % 2) {
        uint64_t us = (uint64_t)tai_from_utc(utc).ns / 1000 - 3000;
        put_signed(&spdu, message, us, mix(car, 0));
    } else {
        good = good && wrap_dot2(&spdu, message, sizeof message);
    }
    good = good && wrap_wsmp(&packet, &wsmp, spdu.data, spdu.size) &&
           wrap_link(&frame, LINK_ETHERNET, &link, packet.data, packet.size);
    pcapng_packet(file, 0, utc, frame.data, frame.size, NULL);
    bytes_close(&spdu);
    bytes_close(&packet);
    bytes_close(&frame);
    return good && !file->failed;
}

int main(int argc, char **argv)
{
    long count = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
    if (count < 1 || count > 100000000) {
        (void)fprintf(stderr, "usage: make_capture COUNT FILE.pcapng\n");
        return 2;
    }
    FILE *stream = fopen(argv[2], "wb");
    struct bytes file = {0};
    bool good = stream != NULL;
    pcapng_begin(&file);
    pcapng_interface(&file, LINK_ETHERNET, "bench");
    for (long i = 0; good && i < count; i++) {
        good = put_frame(&file, (uint32_t)i);
        if (file.size > 1 << 20 || i == count - 1) {
            good = good && fwrite(file.data, 1, file.size, stream) == file.size;
            bytes_clear(&file);
        }
    }
    bytes_close(&file);
    good = (!stream || fclose(stream) == 0) && good;
    if (!good) {
        (void)fprintf(stderr, "make_capture: cannot write %s\n", argv[2]);
    }
    return good ? 0 : 1;
}
