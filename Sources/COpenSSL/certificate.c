#include "certificate.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <string.h>

struct cossl_certificate {
    X509 *certificate;
    GENERAL_NAMES *names;
    /* What came beside it; trusted for nothing. */
    STACK_OF(X509) *issuers;
};

struct cossl_authorities {
    X509_STORE *store;
};

/* Failures are told by the return value; the thread's error queue must not grow. */
static void forget_errors(void) { ERR_clear_error(); }

static X509 *read_der(const uint8_t *der, size_t length) {
    if (length == 0 || length > LONG_MAX) return NULL;
    const unsigned char *next = der;
    X509 *certificate = d2i_X509(NULL, &next, (long)length);
    if (certificate && next != der + length) {
        X509_free(certificate);
        certificate = NULL;
    }
    return certificate;
}

cossl_certificate *cossl_certificate_read(const uint8_t *der, size_t length) {
    X509 *certificate = read_der(der, length);
    cossl_certificate *read = certificate ? OPENSSL_zalloc(sizeof *read) : NULL;
    if (!read) {
        X509_free(certificate);
        forget_errors();
        return NULL;
    }
    read->certificate = certificate;
    int critical = 0;
    read->names = X509_get_ext_d2i(certificate, NID_subject_alt_name, &critical, NULL);
    /* -1: there are none. Anything else without names is an extension that does not read, or is there twice. */
    if (!read->names && critical != -1) {
        cossl_certificate_free(read);
        read = NULL;
    }
    forget_errors();
    return read;
}

void cossl_certificate_free(cossl_certificate *certificate) {
    if (!certificate) return;
    GENERAL_NAMES_free(certificate->names);
    X509_free(certificate->certificate);
    sk_X509_pop_free(certificate->issuers, X509_free);
    OPENSSL_free(certificate);
}

int cossl_certificate_add_issuer(cossl_certificate *certificate, const uint8_t *der, size_t length) {
    X509 *issuer = read_der(der, length);
    if (!certificate->issuers) certificate->issuers = sk_X509_new_null();
    int added = issuer && certificate->issuers && sk_X509_push(certificate->issuers, issuer) > 0;
    if (!added) X509_free(issuer);
    forget_errors();
    return added;
}

size_t cossl_certificate_subject(const cossl_certificate *certificate, uint8_t *output, size_t capacity) {
    size_t written = 0;
    BIO *memory = BIO_new(BIO_s_mem());
    unsigned long flags = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
    if (memory && X509_NAME_print_ex(memory, X509_get_subject_name(certificate->certificate), 0, flags) >= 0) {
        char *text = NULL;
        long length = BIO_get_mem_data(memory, &text);
        if (length > 0 && (size_t)length <= capacity) {
            memcpy(output, text, (size_t)length);
            written = (size_t)length;
        }
    }
    BIO_free(memory);
    forget_errors();
    return written;
}

size_t cossl_certificate_name_count(const cossl_certificate *certificate) {
    int count = certificate->names ? sk_GENERAL_NAME_num(certificate->names) : 0;
    return count > 0 ? (size_t)count : 0;
}

int cossl_certificate_name(const cossl_certificate *certificate, size_t index, uint8_t *output, size_t capacity, size_t *length) {
    if (index >= cossl_certificate_name_count(certificate)) return -1;
    int kind = 0;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(certificate->names, (int)index), &kind);
    if (kind != GEN_EMAIL && kind != GEN_DNS && kind != GEN_URI && kind != GEN_IPADD) return -1;
    int size = value ? ASN1_STRING_length(value) : 0;
    if (size <= 0 || (size_t)size > capacity) return -1;
    memcpy(output, ASN1_STRING_get0_data(value), (size_t)size);
    *length = (size_t)size;
    return kind;
}

int cossl_certificate_is_valid_at(const cossl_certificate *certificate, int64_t now) {
    time_t time = (time_t)now;
    /* -1 and 1 say before and after; 0 that the time does not read. */
    int valid = X509_cmp_time(X509_get0_notBefore(certificate->certificate), &time) < 0 &&
                X509_cmp_time(X509_get0_notAfter(certificate->certificate), &time) > 0;
    forget_errors();
    return valid;
}

cossl_authorities *cossl_authorities_new(void) {
    cossl_authorities *authorities = OPENSSL_zalloc(sizeof *authorities);
    if (authorities) authorities->store = X509_STORE_new();
    if (authorities && !authorities->store) {
        OPENSSL_free(authorities);
        authorities = NULL;
    }
    forget_errors();
    return authorities;
}

int cossl_authorities_add(cossl_authorities *authorities, const uint8_t *der, size_t length) {
    X509 *certificate = read_der(der, length);
    int added = certificate && X509_STORE_add_cert(authorities->store, certificate) == 1;
    X509_free(certificate);
    forget_errors();
    return added;
}

void cossl_authorities_free(cossl_authorities *authorities) {
    if (!authorities) return;
    X509_STORE_free(authorities->store);
    OPENSSL_free(authorities);
}

int cossl_authorities_issued(const cossl_authorities *authorities, const cossl_certificate *certificate, int64_t now) {
    int issued = 0;
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (context && X509_STORE_CTX_init(context, authorities->store, certificate->certificate, certificate->issuers) == 1) {
        X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
        X509_VERIFY_PARAM_set_time(parameters, (time_t)now);
        /* An authority may be one that another one issued; and no chain is long. */
        X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
        X509_VERIFY_PARAM_set_depth(parameters, 5);
        /* 112 bits: no SHA-1, and RSA of 2048 bits or more. */
        X509_VERIFY_PARAM_set_auth_level(parameters, 2);
        issued = X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_CLIENT) == 1 && X509_verify_cert(context) == 1;
    }
    X509_STORE_CTX_free(context);
    forget_errors();
    return issued;
}
