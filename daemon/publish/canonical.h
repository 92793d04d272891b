/* SPDX-License-Identifier: Apache-2.0 */
/* The canonical forms that hashes are taken over: JSON with sorted keys and shortest
 * numbers, SHA-256, and text made valid UTF-8.
 *
 * Nothing here depends on the locale, on the order of insertion or on the wall clock. */
#pragma once

#include <jansson.h>
#include <sodium.h>

#include "base/bytes.h"
#include "base/result.h"

enum {
    DIGEST_SIZE = 32,      /* octets of a SHA-256 */
    DIGEST_HEX_SIZE = 65,  /* its lower-case text with the closing NUL */
    CANONICAL_DEPTH = 512, /* deepest JSON value written */
};

/* A running SHA-256; owned by whoever declared it, nothing to close. */
struct digest {
    crypto_hash_sha256_state state;
};

void digest_init(struct digest *digest);
void digest_put(struct digest *digest, const void *data, size_t n);
/* A number as n little-endian octets, n <= 8. */
void digest_le(struct digest *digest, uint64_t value, size_t n);
/* Length (u32, little-endian) and octets of a text. */
void digest_text(struct digest *digest, const char *text);
/* Ends the run; init again before further use. */
void digest_finish(struct digest *digest, uint8_t sum[DIGEST_SIZE]);
void digest_hex(const uint8_t sum[DIGEST_SIZE], char text[DIGEST_HEX_SIZE]);
/* SHA-256 of one block. */
void digest_block(const void *data, size_t n, uint8_t sum[DIGEST_SIZE]);

/* Appends value with object keys sorted by octet, numbers as bytes.h writes them. indent 0
 * gives one line without spaces (the form to hash); else that many spaces a level and a
 * final newline (the form to read). RESULT_USAGE: deeper than CANONICAL_DEPTH, or a number
 * that is not finite; RESULT_MEMORY. */
MUST_USE int canonical_json(struct bytes *out, const json_t *value, int indent,
                            struct fail *fail);

/* Octets of text that stand before the first one that is not well-formed UTF-8 (The Unicode
 * Standard, table 3-7); n if all are. */
size_t canonical_utf8_valid(const char *text, size_t n);
/* Appends text; each octet that is not part of well-formed UTF-8 becomes U+FFFD. */
void canonical_utf8(struct bytes *out, const char *text, size_t n);
