#pragma once
/*
 * X.509 certificates by libcrypto: what one says of its subject, and whether one of a few authorities issued it (RFC 5280).
 * Neither type changes once it was made, so each may be read on many threads at once.
 */
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cossl_certificate cossl_certificate;
typedef struct cossl_authorities cossl_authorities;

/* Of DER without trailing bytes; NULL for anything else. */
cossl_certificate *_Nullable cossl_certificate_read(const uint8_t *_Nonnull der, size_t length);
/* 1 where it was added: a certificate that came beside it and may be between it and an authority. Only while nobody else reads. */
int cossl_certificate_add_issuer(cossl_certificate *_Nonnull certificate, const uint8_t *_Nonnull der, size_t length);
void cossl_certificate_free(cossl_certificate *_Nullable certificate);

/* The subject as RFC 4514 writes it, in UTF-8. Writes at most capacity bytes and returns how many there are, 0 on failure or where they do not fit. */
size_t cossl_certificate_subject(const cossl_certificate *_Nonnull certificate, uint8_t *_Nonnull output, size_t capacity);

/* The alternative names of the subject. */
size_t cossl_certificate_name_count(const cossl_certificate *_Nonnull certificate);

/* One of them: its kind by the tag of RFC 5280 4.2.1.6 (1 e-mail, 2 DNS, 6 URI, 7 IP address in 4 or 16 bytes) and its bytes; -1 for every other kind,
   on failure, and where it does not fit. */
int cossl_certificate_name(
    const cossl_certificate *_Nonnull certificate, size_t index, uint8_t *_Nonnull output, size_t capacity, size_t *_Nonnull length);

/* 1 where now, in seconds since 1970, is within its validity. */
int cossl_certificate_is_valid_at(const cossl_certificate *_Nonnull certificate, int64_t now);

/* None at first; NULL on failure. */
cossl_authorities *_Nullable cossl_authorities_new(void);
/* 1 where it was added. Only while nobody else reads. */
int cossl_authorities_add(cossl_authorities *_Nonnull authorities, const uint8_t *_Nonnull der, size_t length);
void cossl_authorities_free(cossl_authorities *_Nullable authorities);

/* 1 where one of the authorities issued the certificate for the authentication of a client, itself or by authorities that came beside it, and all of them are
   valid at that time. */
int cossl_authorities_issued(const cossl_authorities *_Nonnull authorities, const cossl_certificate *_Nonnull certificate, int64_t now);

#ifdef __cplusplus
}
#endif
