#include "COpenSSL.h"

#include <limits.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

struct cossl_rsa_key {
    EVP_PKEY *pkey;
};

/* Failures are told by the return value; the thread's error queue must not grow. */
static void forget_errors(void) { ERR_clear_error(); }

/* Adopts pkey. */
static cossl_rsa_key *wrap(EVP_PKEY *pkey) {
    cossl_rsa_key *key = pkey ? OPENSSL_zalloc(sizeof *key) : NULL;
    if (!key) {
        EVP_PKEY_free(pkey);
        forget_errors();
        return NULL;
    }
    key->pkey = pkey;
    return key;
}

cossl_rsa_key *cossl_rsa_generate(unsigned int bits) { return wrap(EVP_RSA_gen(bits)); }

cossl_rsa_key *cossl_rsa_from_pkcs8(const uint8_t *der, size_t length) {
    if (length == 0 || length > LONG_MAX) return NULL;
    const unsigned char *next = der;
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &next, (long)length);
    EVP_PKEY *pkey = info && next == der + length ? EVP_PKCS82PKEY(info) : NULL;
    PKCS8_PRIV_KEY_INFO_free(info);
    if (pkey && (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_RSA || EVP_PKEY_get_bits(pkey) < 2048 || EVP_PKEY_get_bits(pkey) > 8192)) {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }
    return wrap(pkey);
}

void cossl_rsa_free(cossl_rsa_key *key) {
    if (!key) return;
    EVP_PKEY_free(key->pkey);
    OPENSSL_free(key);
}

size_t cossl_rsa_size(const cossl_rsa_key *key) {
    int size = EVP_PKEY_get_size(key->pkey);
    return size > 0 ? (size_t)size : 0;
}

size_t cossl_rsa_pkcs8(const cossl_rsa_key *key, uint8_t *output, size_t capacity) {
    size_t written = 0;
    unsigned char *der = NULL;
    int length = -1;
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key->pkey);
    if (info) length = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
    if (length > 0 && (size_t)length <= capacity) {
        for (int index = 0; index < length; index++) output[index] = der[index];
        written = (size_t)length;
    }
    if (der && length > 0) OPENSSL_clear_free(der, (size_t)length);
    PKCS8_PRIV_KEY_INFO_free(info);
    forget_errors();
    return written;
}

static size_t number(const cossl_rsa_key *key, const char *name, uint8_t *output, size_t capacity) {
    size_t written = 0;
    BIGNUM *value = NULL;
    if (EVP_PKEY_get_bn_param(key->pkey, name, &value) == 1) {
        int length = BN_num_bytes(value);
        if (length > 0 && (size_t)length <= capacity && BN_bn2bin(value, output) == length) written = (size_t)length;
    }
    BN_free(value);
    forget_errors();
    return written;
}

size_t cossl_rsa_modulus(const cossl_rsa_key *key, uint8_t *output, size_t capacity) {
    return number(key, OSSL_PKEY_PARAM_RSA_N, output, capacity);
}

size_t cossl_rsa_exponent(const cossl_rsa_key *key, uint8_t *output, size_t capacity) {
    return number(key, OSSL_PKEY_PARAM_RSA_E, output, capacity);
}

/* PKCS #1 v1.5 is the default padding of an RSA key; the mask of PSS is made with the digest itself (RFC 7518 section 3.5). */
static int pad(EVP_PKEY_CTX *context, int pss) {
    return !pss || (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
                    EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
}

size_t cossl_rsa_sign(const cossl_rsa_key *key, int pss, const uint8_t *message, size_t length, uint8_t *output, size_t capacity) {
    size_t written = capacity;
    EVP_PKEY_CTX *padding = NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context || EVP_DigestSignInit(context, &padding, EVP_sha256(), NULL, key->pkey) != 1 || !pad(padding, pss) ||
        EVP_DigestSign(context, output, &written, message, length) != 1) {
        written = 0;
    }
    EVP_MD_CTX_free(context);
    forget_errors();
    return written;
}

int cossl_rsa_verify(
    const cossl_rsa_key *key, int pss, const uint8_t *message, size_t length, const uint8_t *signature, size_t signature_length) {
    EVP_PKEY_CTX *padding = NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int valid = context && EVP_DigestVerifyInit(context, &padding, EVP_sha256(), NULL, key->pkey) == 1 && pad(padding, pss) &&
                EVP_DigestVerify(context, signature, signature_length, message, length) == 1;
    EVP_MD_CTX_free(context);
    forget_errors();
    return valid;
}
