/* Keys of our own, with the certificate in which identity providers take them. */
#include "internal.h"

#include <openssl/rsa.h>

bool cxs_rsa_generate(unsigned int bits, cxs_buffer *pkcs8) {
    EVP_PKEY *pkey = EVP_RSA_gen(bits);
    PKCS8_PRIV_KEY_INFO *info = pkey == NULL ? NULL : EVP_PKEY2PKCS8(pkey);
    unsigned char *der = NULL;
    int length = info == NULL ? -1 : i2d_PKCS8_PRIV_KEY_INFO(info, &der);
    bool made = length > 0 && cxs_buffer_copy(pkcs8, der, (size_t)length);
    if (der != NULL && length > 0) OPENSSL_clear_free(der, (size_t)length);
    PKCS8_PRIV_KEY_INFO_free(info);
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return made;
}

/* A positive number that no other certificate of that name has (RFC 5280 4.1.2.2): of the key itself. */
static bool set_serial(X509 *certificate) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    if (X509_pubkey_digest(certificate, EVP_sha256(), digest, &length) != 1 || length < 16) return false;
    digest[0] = (unsigned char)((digest[0] & 0x7F) | 0x40);
    BIGNUM *number = BN_bin2bn(digest, 16, NULL);
    bool set = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return set;
}

bool cxs_self_signed(const cxs_key *key, const char *name, int64_t not_before, int64_t not_after, cxs_buffer *der) {
    X509 *certificate = X509_new();
    X509_NAME *subject = X509_NAME_new();
    bool made = certificate != NULL && subject != NULL && X509_set_version(certificate, X509_VERSION_3) == 1 &&
                X509_set_pubkey(certificate, key->pkey) == 1 && set_serial(certificate) &&
                X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0) == 1 &&
                X509_set_subject_name(certificate, subject) == 1 && X509_set_issuer_name(certificate, subject) == 1 &&
                ASN1_TIME_set(X509_getm_notBefore(certificate), (time_t)not_before) != NULL &&
                ASN1_TIME_set(X509_getm_notAfter(certificate), (time_t)not_after) != NULL && X509_sign(certificate, key->pkey, EVP_sha256()) > 0;
    if (made) {
        unsigned char *bytes = NULL;
        int length = i2d_X509(certificate, &bytes);
        made = length > 0 && cxs_buffer_copy(der, bytes, (size_t)length);
        OPENSSL_free(bytes);
    }
    X509_NAME_free(subject);
    X509_free(certificate);
    ERR_clear_error();
    return made;
}
