#pragma once
/*
 * RSA signatures by libcrypto, behind one opaque type: no OpenSSL header is seen by Swift, whose own BoringSSL has the same names.
 * A key never changes after it was made, so one key may sign on many threads at once.
 */
#include <stddef.h>
#include <stdint.h>

#include "certificate.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cossl_rsa_key cossl_rsa_key;

/* A new key with exponent 65537, NULL on failure. */
cossl_rsa_key *_Nullable cossl_rsa_generate(unsigned int bits);

/* A key from PKCS #8 DER without trailing bytes; NULL for anything that is no RSA key of 2048 to 8192 bits. */
cossl_rsa_key *_Nullable cossl_rsa_from_pkcs8(const uint8_t *_Nonnull der, size_t length);

void cossl_rsa_free(cossl_rsa_key *_Nullable key);

/* The size of a signature and of the modulus in bytes. */
size_t cossl_rsa_size(const cossl_rsa_key *_Nonnull key);

/* Each writes at most capacity bytes and returns how many there are, 0 on failure or where they do not fit. */
size_t cossl_rsa_pkcs8(const cossl_rsa_key *_Nonnull key, uint8_t *_Nonnull output, size_t capacity);
size_t cossl_rsa_modulus(const cossl_rsa_key *_Nonnull key, uint8_t *_Nonnull output, size_t capacity);
size_t cossl_rsa_exponent(const cossl_rsa_key *_Nonnull key, uint8_t *_Nonnull output, size_t capacity);

/* RSASSA-PKCS1-v1_5 with SHA-256 over the message; where pss is not 0 RSASSA-PSS, with a salt as long as the digest. */
size_t cossl_rsa_sign(
    const cossl_rsa_key *_Nonnull key, int pss, const uint8_t *_Nonnull message, size_t length, uint8_t *_Nonnull output, size_t capacity);

/* 1 where the signature is valid, else 0. */
int cossl_rsa_verify(
    const cossl_rsa_key *_Nonnull key, int pss, const uint8_t *_Nonnull message, size_t length, const uint8_t *_Nonnull signature,
    size_t signature_length);

#ifdef __cplusplus
}
#endif
