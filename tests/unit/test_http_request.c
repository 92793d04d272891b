/* SPDX-License-Identifier: Apache-2.0 */
/* Heads of requests by RFC 9112: what is taken, what is refused and with which status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "edge/http_request.h"

static struct http_request request;
static int status;

static enum http_parsed parse(const char *text)
{
    request = (struct http_request){0};
    status = 0;
    return http_request_parse((const uint8_t *)text, strlen(text), &request, &status);
}

static void a_get_and_a_head_give_their_path(void **state)
{
    (void)state;
    assert_int_equal(parse("GET /metrics HTTP/1.1\r\nHost: a:1\r\n\r\n"), HTTP_GOOD);
    assert_string_equal(request.path, "/metrics");
    assert_false(request.head_only);
    assert_int_equal(parse("HEAD / HTTP/1.0\r\n\r\n"), HTTP_GOOD);
    assert_string_equal(request.path, "/");
    assert_true(request.head_only);
}

static void query_and_fragment_are_left_out(void **state)
{
    (void)state;
    assert_int_equal(parse("GET /a?b=/c HTTP/1.1\r\n\r\n"), HTTP_GOOD);
    assert_string_equal(request.path, "/a");
    assert_int_equal(parse("GET /a#b?c HTTP/1.1\r\n\r\n"), HTTP_GOOD);
    assert_string_equal(request.path, "/a");
}

static void lines_may_end_in_a_bare_line_feed(void **state)
{
    (void)state;
    assert_int_equal(parse("GET / HTTP/1.1\nHost: a\n\n"), HTTP_GOOD);
    assert_string_equal(request.path, "/");
}

static void more_is_wanted_until_the_empty_line(void **state)
{
    (void)state;
    static const char whole[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    for (size_t n = 0; n < sizeof whole - 2; n++) {
        assert_int_equal(http_request_parse((const uint8_t *)whole, n, &request, &status),
                         HTTP_MORE);
    }
    assert_int_equal(parse(whole), HTTP_GOOD);
}

static void what_is_refused_has_its_status(void **state)
{
    (void)state;
    char long_path[HTTP_PATH_MOST + 64];
    (void)snprintf(long_path, sizeof long_path, "GET /%0*d HTTP/1.1\r\n\r\n",
                   HTTP_PATH_MOST, 0);
    const struct {
        const char *text;
        int status;
    } cases[] = {
        {"POST / HTTP/1.1\r\n\r\n", 405},
        {"get / HTTP/1.1\r\n\r\n", 405},
        {"GET / HTTP/2.0\r\n\r\n", 505},
        {"GET / HTTX/1.1\r\n\r\n", 400},
        {"GET /\r\n\r\n", 400},
        {"GET  / HTTP/1.1\r\n\r\n", 400},
        {"GET a HTTP/1.1\r\n\r\n", 400},
        {"GET http://a/ HTTP/1.1\r\n\r\n", 400},
        {"GET /\x07 HTTP/1.1\r\n\r\n", 400},
        {"\r\n\r\n", 400},
        {"GET / HTTP/1.1 x\r\n\r\n", 400},
        {long_path, 414},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(parse(cases[i].text), HTTP_BAD);
        assert_int_equal(status, cases[i].status);
    }
}

static void a_head_without_end_is_refused(void **state)
{
    (void)state;
    static uint8_t octets[HTTP_HEAD_MOST];
    memset(octets, 'a', sizeof octets);
    assert_int_equal(http_request_parse(octets, sizeof octets - 1, &request, &status),
                     HTTP_MORE);
    assert_int_equal(http_request_parse(octets, sizeof octets, &request, &status),
                     HTTP_BAD);
    assert_int_equal(status, 431);
}

int main(void)
{
    const struct CMUnitTest http[] = {
        cmocka_unit_test(a_get_and_a_head_give_their_path),
        cmocka_unit_test(query_and_fragment_are_left_out),
        cmocka_unit_test(lines_may_end_in_a_bare_line_feed),
        cmocka_unit_test(more_is_wanted_until_the_empty_line),
        cmocka_unit_test(what_is_refused_has_its_status),
        cmocka_unit_test(a_head_without_end_is_refused),
    };
    return cmocka_run_group_tests_name("http_request", http, NULL, NULL);
}
