/* Public and private keys as OpenSSL and xmlsec want them. No chain is built and no date is looked at: the pinned key is the trust. */
#include "internal.h"

cxs_key *cxs_key_adopt(EVP_PKEY *pkey) {
    if (pkey == NULL) return NULL;
    cxs_key *key = calloc(1, sizeof(cxs_key));
    if (key == NULL) {
        EVP_PKEY_free(pkey);
        return NULL;
    }
    key->pkey = pkey;
    int kind = EVP_PKEY_get_base_id(pkey);
    if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_EC) return key; /* xmlsec gets no other kind from us */
    if (EVP_PKEY_up_ref(pkey) != 1) return key;
    xmlSecKeyDataPtr value = xmlSecOpenSSLEvpKeyAdopt(pkey);
    if (value == NULL) {
        EVP_PKEY_free(pkey);
        return key;
    }
    key->key = xmlSecKeyCreate();
    if (key->key == NULL || xmlSecKeySetValue(key->key, value) < 0) {
        xmlSecKeyDataDestroy(value);
        if (key->key != NULL) xmlSecKeyDestroy(key->key);
        key->key = NULL;
    }
    return key;
}

cxs_key *cxs_key_from_certificate(const uint8_t *der, size_t count) {
    if (count == 0 || count > LONG_MAX) return NULL;
    const unsigned char *rest = der;
    X509 *certificate = d2i_X509(NULL, &rest, (long)count);
    cxs_key *key = NULL;
    if (certificate != NULL && rest == der + count) key = cxs_key_adopt(X509_get_pubkey(certificate));
    struct tm expiry;
    if (key != NULL && ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &expiry) == 1) {
        key->has_expiry = true;
        key->expiry = (int64_t)timegm(&expiry);
    }
    X509_free(certificate);
    ERR_clear_error();
    return key;
}

cxs_key *cxs_key_from_public_key(const uint8_t *der, size_t count) {
    if (count == 0 || count > LONG_MAX) return NULL;
    const unsigned char *rest = der;
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &rest, (long)count);
    if (pkey != NULL && rest != der + count) {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }
    ERR_clear_error();
    return cxs_key_adopt(pkey);
}

/* Without this an encrypted PEM would ask for its password on the terminal. */
static int no_password(char *buffer, int size, int writing, void *context) {
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

cxs_key *cxs_key_from_private_pem(const char *pem, size_t count) {
    if (count == 0 || count > INT_MAX) return NULL;
    BIO *input = BIO_new_mem_buf(pem, (int)count);
    if (input == NULL) return NULL;
    EVP_PKEY *pkey = PEM_read_bio_PrivateKey(input, NULL, no_password, NULL);
    BIO_free(input);
    ERR_clear_error();
    return cxs_key_adopt(pkey);
}

cxs_key *cxs_key_from_pkcs8(const uint8_t *der, size_t count) {
    if (count == 0 || count > LONG_MAX) return NULL;
    const unsigned char *rest = der;
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &rest, (long)count);
    EVP_PKEY *pkey = info != NULL && rest == der + count ? EVP_PKCS82PKEY(info) : NULL;
    PKCS8_PRIV_KEY_INFO_free(info);
    ERR_clear_error();
    return cxs_key_adopt(pkey);
}

void cxs_key_free(cxs_key *key) {
    if (key == NULL) return;
    if (key->key != NULL) xmlSecKeyDestroy(key->key);
    EVP_PKEY_free(key->pkey);
    free(key);
}

int cxs_key_kind(const cxs_key *key) {
    if (key->key == NULL) return CXS_KEY_OTHER;
    return EVP_PKEY_get_base_id(key->pkey) == EVP_PKEY_RSA ? CXS_KEY_RSA : CXS_KEY_EC;
}

int cxs_key_bits(const cxs_key *key) {
    return EVP_PKEY_get_bits(key->pkey);
}

int cxs_key_curve(const cxs_key *key) {
    char name[80];
    if (cxs_key_kind(key) != CXS_KEY_EC || EVP_PKEY_get_group_name(key->pkey, name, sizeof(name), NULL) != 1) return CXS_CURVE_NONE;
    if (strcmp(name, "prime256v1") == 0) return CXS_CURVE_P256;
    if (strcmp(name, "secp384r1") == 0) return CXS_CURVE_P384;
    if (strcmp(name, "secp521r1") == 0) return CXS_CURVE_P521;
    return CXS_CURVE_NONE;
}

bool cxs_key_exponent_is_sound(const cxs_key *key) {
    if (cxs_key_kind(key) != CXS_KEY_RSA) return true;
    BIGNUM *exponent = NULL;
    if (EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1) return false;
    /* Up to 64 bits: a huge exponent would make every verification as dear as a signature. */
    bool sound = BN_is_odd(exponent) && BN_num_bits(exponent) >= 17 && BN_num_bits(exponent) <= 64;
    BN_free(exponent);
    return sound;
}

bool cxs_key_has_expiry(const cxs_key *key) {
    return key->has_expiry;
}

int64_t cxs_key_expiry(const cxs_key *key) {
    return key->expiry;
}

bool cxs_key_is_same(const cxs_key *one, const cxs_key *other) {
    return EVP_PKEY_eq(one->pkey, other->pkey) == 1;
}

/* By their bits / 128: SHA-1, SHA-256, SHA-384, SHA-512. Written by cxs_start alone. */
static EVP_MD *digests[5];

bool cxs_fetch_digests(void) {
    digests[1] = EVP_MD_fetch(NULL, "SHA1", NULL); /* a system may have done away with it */
    digests[2] = EVP_MD_fetch(NULL, "SHA256", NULL);
    digests[3] = EVP_MD_fetch(NULL, "SHA384", NULL);
    digests[4] = EVP_MD_fetch(NULL, "SHA512", NULL);
    ERR_clear_error();
    return digests[2] != NULL && digests[3] != NULL && digests[4] != NULL;
}

static const EVP_MD *digest_of(int bits) {
    switch (bits) {
    case 160:
    case 256:
    case 384:
    case 512: return digests[bits / 128];
    default: return NULL;
    }
}

void cxs_sha256(const uint8_t *bytes, size_t count, uint8_t digest[32]) {
    unsigned int length = 0;
    if (EVP_Digest(bytes, count, digest, &length, digest_of(256), NULL) != 1 || length != 32) abort(); /* only without memory */
}

bool cxs_digest_is(int digest_bits, const uint8_t *octets, size_t count, const uint8_t *expected, size_t expected_count) {
    const EVP_MD *digest = digest_of(digest_bits);
    uint8_t made[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    bool same = digest != NULL && EVP_Digest(octets, count, made, &length, digest, NULL) == 1 && length > 0 && length == expected_count &&
                CRYPTO_memcmp(made, expected, length) == 0;
    ERR_clear_error();
    return same;
}

cxs_digest *cxs_digest_start(int digest_bits) {
    const EVP_MD *digest = digest_of(digest_bits);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (digest == NULL || context == NULL || EVP_DigestInit_ex(context, digest, NULL) != 1) {
        EVP_MD_CTX_free(context);
        ERR_clear_error();
        return NULL;
    }
    return (cxs_digest *)context;
}

bool cxs_digest_add(cxs_digest *digest, const uint8_t *octets, size_t count) {
    return EVP_DigestUpdate((EVP_MD_CTX *)digest, octets, count) == 1;
}

bool cxs_digest_ends_as(cxs_digest *digest, const uint8_t *expected, size_t expected_count) {
    uint8_t made[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    bool same = EVP_DigestFinal_ex((EVP_MD_CTX *)digest, made, &length) == 1 && length > 0 && length == expected_count &&
                CRYPTO_memcmp(made, expected, length) == 0;
    ERR_clear_error();
    return same;
}

void cxs_digest_free(cxs_digest *digest) {
    EVP_MD_CTX_free((EVP_MD_CTX *)digest);
}

bool cxs_verify_octets(const cxs_key *key, int digest_bits, const uint8_t *octets, size_t count, const uint8_t *signature, size_t signature_count) {
    const EVP_MD *digest = digest_of(digest_bits);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    /* Only 1 is success: OpenSSL also answers 0 and negative numbers (THREATS S21). */
    bool verified = digest != NULL && key->key != NULL && context != NULL && EVP_DigestVerifyInit(context, NULL, digest, NULL, key->pkey) == 1 &&
                    EVP_DigestVerify(context, signature, signature_count, octets, count) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return verified;
}

bool cxs_verify_signature_value(const cxs_key *key, int digest_bits, const uint8_t *octets, size_t count, const uint8_t *value, size_t value_count) {
    if (cxs_key_kind(key) != CXS_KEY_EC) return cxs_verify_octets(key, digest_bits, octets, count, value, value_count);
    size_t half = value_count / 2, order = ((size_t)cxs_key_bits(key) + 7) / 8;
    if (value_count % 2 != 0 || half == 0 || half > order) return false;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(value, (int)half, NULL), *s = BN_bin2bn(value + half, (int)half, NULL);
    unsigned char *der = NULL;
    int length = -1;
    if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) {
        r = s = NULL; /* they belong to the pair now */
        length = i2d_ECDSA_SIG(pair, &der);
    }
    bool verified = length > 0 && cxs_verify_octets(key, digest_bits, octets, count, der, (size_t)length);
    OPENSSL_free(der);
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(pair);
    ERR_clear_error();
    return verified;
}

bool cxs_sign_octets(const cxs_key *key, int digest_bits, const uint8_t *octets, size_t count, cxs_buffer *signature) {
    const EVP_MD *digest = digest_of(digest_bits);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t length = 0;
    unsigned char *bytes = NULL;
    bool made = digest != NULL && key->key != NULL && context != NULL && EVP_DigestSignInit(context, NULL, digest, NULL, key->pkey) == 1 &&
                EVP_DigestSign(context, NULL, &length, octets, count) == 1 && (bytes = malloc(length)) != NULL &&
                EVP_DigestSign(context, bytes, &length, octets, count) == 1;
    if (made) {
        signature->bytes = bytes;
        signature->count = length;
    } else {
        free(bytes);
    }
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return made;
}
