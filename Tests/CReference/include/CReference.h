/* What ours is measured against: libxml2's own canonical form, xmlsec's decryption, and the least that the verification of a response can cost in C; and
 * what encrypts as an identity provider does. For tests and `make bench`; no part of the server. */
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

/* RSA-OAEP with digest and mask generation of 160 (SHA-1) or 256 bits, or PKCS #1 v1.5 where both are 0. The results are for free(). */
uint8_t *creference_encrypt_key(
    const creference_key *key, int digest_bits, int mask_bits, const uint8_t *bytes, size_t count, size_t *result_count);

/* AES of 128, 192 or 256 bits as XML Encryption writes it: nonce, content, tag for GCM; initialization vector and blocks for CBC. */
uint8_t *creference_encrypt(const uint8_t *session_key, int bits, bool gcm, const uint8_t *bytes, size_t count, size_t *result_count);

/* What xmlsec makes of the first EncryptedData of a document with a private key in PEM; NULL where it refuses. Widens xmlsec's list of algorithms for
 * the whole process, which no server does. XMLSecurity has started xmlsec before. */
uint8_t *creference_decrypt(const uint8_t *bytes, size_t count, const char *pem, size_t *result_count);

#endif
