#include "include/CReference.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <xmlsec/crypto.h>
#include <xmlsec/keysmngr.h>
#include <xmlsec/xmlenc.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

#include "key.h"

static const EVP_MD *digest(int bits) {
    return bits == 160 ? EVP_sha1() : EVP_sha256();
}

uint8_t *creference_encrypt_key(
    const creference_key *key, int digest_bits, int mask_bits, const uint8_t *bytes, size_t count, size_t *result_count) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key->pkey, NULL);
    uint8_t *result = malloc(1024);
    *result_count = 1024;
    bool made = context != NULL && result != NULL && EVP_PKEY_encrypt_init(context) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(context, digest_bits == 0 ? RSA_PKCS1_PADDING : RSA_PKCS1_OAEP_PADDING) == 1 &&
                (digest_bits == 0 || (EVP_PKEY_CTX_set_rsa_oaep_md(context, digest(digest_bits)) == 1 &&
                                      EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest(mask_bits)) == 1)) &&
                EVP_PKEY_encrypt(context, result, result_count, bytes, count) == 1;
    EVP_PKEY_CTX_free(context);
    if (made) return result;
    free(result);
    return NULL;
}

static const EVP_CIPHER *cipher(int bits, bool gcm) {
    switch (bits) {
    case 128: return gcm ? EVP_aes_128_gcm() : EVP_aes_128_cbc();
    case 192: return gcm ? EVP_aes_192_gcm() : EVP_aes_192_cbc();
    default: return gcm ? EVP_aes_256_gcm() : EVP_aes_256_cbc();
    }
}

uint8_t *creference_encrypt(const uint8_t *session_key, int bits, bool gcm, const uint8_t *bytes, size_t count, size_t *result_count) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *result = malloc(count + 64);
    int head = gcm ? 12 : 16, written = 0, rest = 0;
    bool made = context != NULL && result != NULL && RAND_bytes(result, head) == 1 &&
                EVP_EncryptInit_ex(context, cipher(bits, gcm), NULL, session_key, result) == 1 &&
                EVP_EncryptUpdate(context, result + head, &written, bytes, (int)count) == 1 &&
                EVP_EncryptFinal_ex(context, result + head + written, &rest) == 1 &&
                (!gcm || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, result + head + written + rest) == 1);
    EVP_CIPHER_CTX_free(context);
    *result_count = (size_t)(head + written + rest + (gcm ? 16 : 0));
    if (made) return result;
    free(result);
    return NULL;
}

static void widen(void) {
    xmlSecTransformId allowed[] = {
        xmlSecTransformAes128GcmId, xmlSecTransformAes256GcmId, xmlSecTransformAes128CbcId, xmlSecTransformAes256CbcId, xmlSecTransformRsaOaepId,
    };
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) xmlSecTransformIdsRegister(allowed[i]);
}

/* Keys by EncryptedKey alone: names and certificates in KeyInfo are not looked at. */
static bool enable(xmlSecKeyInfoCtxPtr context) {
    context->retrievalMethodCtx.enabledUris = xmlSecTransformUriTypeSameDocument;
    return xmlSecPtrListAdd(&context->enabledKeyData, (void *)xmlSecKeyDataEncryptedKeyId) >= 0 &&
           xmlSecPtrListAdd(&context->enabledKeyData, (void *)xmlSecKeyDataRetrievalMethodId) >= 0;
}

uint8_t *creference_decrypt(const uint8_t *bytes, size_t count, const char *pem, size_t *result_count) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, widen);
    static const xmlChar *identifiers[] = {BAD_CAST "Id", NULL};
    uint8_t *result = NULL;
    xmlDocPtr document = xmlReadMemory((const char *)bytes, (int)count, NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xmlNodePtr root = document == NULL ? NULL : xmlDocGetRootElement(document);
    xmlNodePtr data = root == NULL ? NULL : xmlSecFindNode(root, xmlSecNodeEncryptedData, xmlSecEncNs);
    xmlSecKeysMngrPtr manager = xmlSecKeysMngrCreate();
    xmlSecKeyStorePtr store = xmlSecKeyStoreCreate(xmlSecSimpleKeysStoreId);
    xmlSecKeyPtr key = xmlSecCryptoAppKeyLoadMemory((const xmlSecByte *)pem, (xmlSecSize)strlen(pem), xmlSecKeyDataFormatPem, NULL, NULL, NULL);
    if (data != NULL && manager != NULL && store != NULL && key != NULL && xmlSecKeysMngrAdoptKeysStore(manager, store) == 0 &&
        xmlSecSimpleKeysStoreAdoptKey(store, key) == 0) {
        manager->getKey = xmlSecKeysMngrGetKey;
        xmlSecAddIDs(document, root, identifiers);
        xmlSecEncCtxPtr context = xmlSecEncCtxCreate(manager);
        xmlSecBufferPtr plain = context != NULL && enable(&context->keyInfoReadCtx) ? xmlSecEncCtxDecryptToBuffer(context, data) : NULL;
        if (plain != NULL && xmlSecBufferGetSize(plain) > 0) {
            *result_count = xmlSecBufferGetSize(plain);
            result = malloc(*result_count);
            if (result != NULL) memcpy(result, xmlSecBufferGetData(plain), *result_count);
        }
        if (context != NULL) xmlSecEncCtxDestroy(context);
    }
    if (manager != NULL) xmlSecKeysMngrDestroy(manager);
    xmlFreeDoc(document);
    return result;
}
