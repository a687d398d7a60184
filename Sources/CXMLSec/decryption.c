/* Decryption (XML Encryption 1.1 §5.2, §5.5) by OpenSSL alone. The gate in Swift has read what comes here, and allowed its algorithms. */
#include "internal.h"

#include <openssl/rand.h>
#include <openssl/rsa.h>

enum { nonce_size = 12, tag_size = 16, block_size = 16, largest_rsa = 1024 };

bool cxs_key_public_der(const cxs_key *key, cxs_buffer *result) {
    unsigned char *der = NULL;
    int length = i2d_PUBKEY(key->pkey, &der);
    bool made = length > 0 && cxs_buffer_copy(result, der, (size_t)length);
    OPENSSL_free(der);
    ERR_clear_error();
    return made;
}

static const EVP_MD *oaep_digest(int bits) {
    return bits == 160 ? EVP_sha1() : bits == 256 ? EVP_sha256() : NULL;
}

/* RSA-OAEP: whether it was encrypted so. OpenSSL takes the same time for both, and so must who asks. */
static bool open_key(const cxs_encrypted_key *encrypted, uint8_t opened[largest_rsa], size_t *length) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(encrypted->key->pkey, NULL);
    const EVP_MD *digest = oaep_digest(encrypted->digest_bits), *mask = oaep_digest(encrypted->mask_bits);
    *length = largest_rsa;
    bool opens = context != NULL && digest != NULL && mask != NULL && EVP_PKEY_decrypt_init(context) == 1 &&
                 EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_oaep_md(context, digest) == 1 &&
                 EVP_PKEY_CTX_set_rsa_mgf1_md(context, mask) == 1 &&
                 EVP_PKEY_decrypt(context, opened, length, encrypted->bytes, encrypted->count) == 1;
    EVP_PKEY_CTX_free(context);
    return opens;
}

static const EVP_CIPHER *cipher_of(int bits, bool authenticated) {
    if (bits == 128) return authenticated ? EVP_aes_128_gcm() : EVP_aes_128_cbc();
    if (bits == 256) return authenticated ? EVP_aes_256_gcm() : EVP_aes_256_cbc();
    return NULL;
}

/* §5.2.4: nonce, ciphertext, tag. */
static bool open_gcm(EVP_CIPHER_CTX *context, const uint8_t *bytes, size_t count, uint8_t *plain, size_t *length) {
    int written = 0, rest = 0;
    bool opens = EVP_DecryptUpdate(context, plain, &written, bytes + nonce_size, (int)(count - nonce_size - tag_size)) == 1 &&
                 EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_size, (void *)(bytes + count - tag_size)) == 1 &&
                 EVP_DecryptFinal_ex(context, plain + written, &rest) == 1;
    *length = (size_t)(written + rest);
    return opens;
}

/* §5.2.2: initialization vector, blocks; the last byte says how many to take off. Who may ask this knows that no stranger made the bytes. */
static bool open_cbc(EVP_CIPHER_CTX *context, const uint8_t *bytes, size_t count, uint8_t *plain, size_t *length) {
    int written = 0, rest = 0;
    EVP_CIPHER_CTX_set_padding(context, 0);
    if ((count % block_size) != 0 || EVP_DecryptUpdate(context, plain, &written, bytes + block_size, (int)(count - block_size)) != 1 ||
        EVP_DecryptFinal_ex(context, plain + written, &rest) != 1) {
        return false;
    }
    size_t whole = (size_t)(written + rest);
    uint8_t padding = whole > 0 ? plain[whole - 1] : 0;
    if (padding == 0 || padding > block_size || padding > whole) return false;
    *length = whole - padding;
    return true;
}

bool cxs_decrypt(
    const cxs_encrypted_key *keys, size_t key_count, int aes_bits, bool authenticated, const uint8_t *bytes, size_t count, cxs_buffer *result) {
    const EVP_CIPHER *cipher = cipher_of(aes_bits, authenticated);
    size_t size = (size_t)aes_bits / 8;
    if (cipher == NULL || count < nonce_size + tag_size || count > INT_MAX) return false;
    /* Where no key opens, this one is used, and does not open the content either: nothing tells one failure from the other. */
    uint8_t session[32], opened[largest_rsa];
    uint8_t any = 0;
    if (RAND_priv_bytes(session, sizeof(session)) != 1) return false;
    for (size_t i = 0; i < key_count; i++) {
        size_t length = 0;
        memset(opened, 0, sizeof(opened));
        bool opens = open_key(&keys[i], opened, &length);
        uint8_t mask = (uint8_t)(0 - (unsigned)(opens & (length == size)));
        any |= mask;
        for (size_t at = 0; at < size; at++) session[at] = (uint8_t)((session[at] & ~mask) | (opened[at] & mask));
    }
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *plain = malloc(count);
    size_t length = 0;
    bool decrypted = context != NULL && plain != NULL && EVP_DecryptInit_ex(context, cipher, NULL, session, bytes) == 1 &&
                     (authenticated ? open_gcm : open_cbc)(context, bytes, count, plain, &length);
    decrypted &= any != 0; /* a CBC of anything may look whole */
    OPENSSL_cleanse(session, sizeof(session));
    OPENSSL_cleanse(opened, sizeof(opened));
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    if (decrypted) {
        result->bytes = plain;
        result->count = length;
    } else if (plain != NULL) {
        OPENSSL_cleanse(plain, count);
        free(plain);
    }
    return decrypted;
}
