/* What ours is measured against: libxml2's own canonical form, and the least that the verification of a response can cost in C. For tests and
 * `make bench`; no part of the server. */
#ifndef COUNTERSIGN_CREFERENCE_H
#define COUNTERSIGN_CREFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exclusive canonical form by libxml2 of the first element `local_name` below the root, or of the root, less its first child `omitted`. Either
 * name may be NULL; the result is for free(). NULL where libxml2 makes none. */
uint8_t *creference_canonicalize(
    const uint8_t *bytes, size_t count, const char *local_name, const char *omitted, const char *prefixes, bool with_comments, size_t *result_count);

typedef struct creference_key creference_key;
creference_key *creference_key_from_certificate(const uint8_t *der, size_t count);
void creference_key_free(creference_key *key);

/* base64, parse, SignedInfo and the assertion canonicalized by libxml2, RSA and SHA-256 by OpenSSL, the canonical bytes parsed again. No gate, no
 * limits, nothing read: a floor and no verifier. */
bool creference_floor(const creference_key *key, const char *base64, size_t count);

#endif
