#include "internal.h"

#include <string.h>

static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
/* DER: the object identifier of P-256, and the name of Ed25519 (RFC 8410 has an identifier; PKCS #11 2.40 and 3.0 know the curve's name). */
static CK_BYTE p256[] = {0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
static CK_BYTE ed25519[] = {0x13, 0x0c, 'e', 'd', 'w', 'a', 'r', 'd', 's', '2', '5', '5', '1', '9'};

#define COUNT(array) (sizeof(array) / sizeof *(array))

unsigned long cpkcs11_generate(
    cpkcs11_module *module, unsigned long session, enum cpkcs11_kind kind, const uint8_t *id, size_t id_length, unsigned long *public_key,
    unsigned long *private_key) {
    static CK_ULONG bits = 2048;
    static CK_BYTE exponent[] = {0x01, 0x00, 0x01};
    CK_MECHANISM mechanism = {CKM_RSA_PKCS_KEY_PAIR_GEN, NULL, 0};
    if (kind == CPKCS11_P256) mechanism.mechanism = CKM_EC_KEY_PAIR_GEN;
    if (kind == CPKCS11_ED25519) mechanism.mechanism = CKM_EC_EDWARDS_KEY_PAIR_GEN;
    CK_ATTRIBUTE public_template[8] = {
        {CKA_TOKEN, &yes, sizeof yes}, {CKA_VERIFY, &yes, sizeof yes}, {CKA_ID, (void *)id, id_length},
    };
    CK_ULONG count = 3;
    if (kind == CPKCS11_RSA) {
        /* Only an RSA key could encrypt or wrap; some modules refuse the words for others. */
        public_template[count++] = (CK_ATTRIBUTE){CKA_ENCRYPT, &no, sizeof no};
        public_template[count++] = (CK_ATTRIBUTE){CKA_WRAP, &no, sizeof no};
        public_template[count++] = (CK_ATTRIBUTE){CKA_MODULUS_BITS, &bits, sizeof bits};
        public_template[count++] = (CK_ATTRIBUTE){CKA_PUBLIC_EXPONENT, exponent, sizeof exponent};
    } else if (kind == CPKCS11_P256) {
        public_template[count++] = (CK_ATTRIBUTE){CKA_EC_PARAMS, p256, sizeof p256};
    } else {
        public_template[count++] = (CK_ATTRIBUTE){CKA_EC_PARAMS, ed25519, sizeof ed25519};
    }
    CK_ATTRIBUTE private_template[] = {
        {CKA_TOKEN, &yes, sizeof yes},   {CKA_PRIVATE, &yes, sizeof yes},    {CKA_SENSITIVE, &yes, sizeof yes},
        {CKA_SIGN, &yes, sizeof yes},    {CKA_EXTRACTABLE, &no, sizeof no},  {CKA_ID, (void *)id, id_length},
        {CKA_DERIVE, &no, sizeof no},    {CKA_DECRYPT, &no, sizeof no},      {CKA_UNWRAP, &no, sizeof no},
        {CKA_SIGN_RECOVER, &no, sizeof no},
    };
    CK_OBJECT_HANDLE public_handle = CK_INVALID_HANDLE, private_handle = CK_INVALID_HANDLE;
    CK_RV answer = module->list->C_GenerateKeyPair(
        session, &mechanism, public_template, count, private_template, COUNT(private_template), &public_handle, &private_handle);
    *public_key = public_handle;
    *private_key = private_handle;
    return answer;
}

unsigned long cpkcs11_public_value(
    cpkcs11_module *module, unsigned long session, unsigned long key, enum cpkcs11_kind kind, uint8_t *first, size_t *first_length,
    uint8_t *second, size_t *second_length) {
    CK_ATTRIBUTE rsa[] = {{CKA_MODULUS, first, *first_length}, {CKA_PUBLIC_EXPONENT, second, *second_length}};
    CK_ATTRIBUTE point[] = {{CKA_EC_POINT, first, *first_length}};
    CK_ATTRIBUTE *wanted = kind == CPKCS11_RSA ? rsa : point;
    CK_RV answer = module->list->C_GetAttributeValue(session, key, wanted, kind == CPKCS11_RSA ? COUNT(rsa) : COUNT(point));
    if (answer != CKR_OK) return answer;
    /* Also CK_UNAVAILABLE_INFORMATION. */
    if (wanted[0].ulValueLen > *first_length || (kind == CPKCS11_RSA && rsa[1].ulValueLen > *second_length)) return CKR_BUFFER_TOO_SMALL;
    *first_length = wanted[0].ulValueLen;
    *second_length = kind == CPKCS11_RSA ? rsa[1].ulValueLen : 0;
    return CKR_OK;
}

unsigned long cpkcs11_name(
    cpkcs11_module *module, unsigned long session, unsigned long object, const uint8_t *id, size_t id_length, const uint8_t *label,
    size_t label_length) {
    CK_ATTRIBUTE names[] = {{CKA_ID, (void *)id, id_length}, {CKA_LABEL, (void *)label, label_length}};
    return module->list->C_SetAttributeValue(session, object, names, COUNT(names));
}

unsigned long cpkcs11_find(
    cpkcs11_module *module, unsigned long session, int private_keys, const uint8_t *id, size_t id_length, unsigned long *keys, size_t capacity,
    size_t *count) {
    CK_OBJECT_CLASS class = private_keys ? CKO_PRIVATE_KEY : CKO_PUBLIC_KEY;
    CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &class, sizeof class}, {CKA_TOKEN, &yes, sizeof yes}, {CKA_ID, (void *)id, id_length}};
    CK_ULONG found = 0;
    *count = 0;
    CK_RV answer = module->list->C_FindObjectsInit(session, wanted, COUNT(wanted));
    if (answer != CKR_OK) return answer;
    answer = module->list->C_FindObjects(session, keys, capacity, &found);
    CK_RV ended = module->list->C_FindObjectsFinal(session);
    if (answer == CKR_OK) answer = ended;
    if (answer == CKR_OK && found > capacity) answer = CKR_BUFFER_TOO_SMALL;
    if (answer == CKR_OK) *count = found;
    return answer;
}

unsigned long cpkcs11_is_confined(cpkcs11_module *module, unsigned long session, unsigned long key, int *confined) {
    static const struct {
        CK_ATTRIBUTE_TYPE type;
        CK_BBOOL expected;
        /* Such keys cannot do it, and the module need not have the word for them. */
        CK_BBOOL may_be_absent;
    } rules[] = {
        {CKA_SIGN, CK_TRUE, CK_FALSE},     {CKA_SENSITIVE, CK_TRUE, CK_FALSE}, {CKA_EXTRACTABLE, CK_FALSE, CK_FALSE},
        {CKA_DECRYPT, CK_FALSE, CK_TRUE},  {CKA_UNWRAP, CK_FALSE, CK_TRUE},    {CKA_DERIVE, CK_FALSE, CK_TRUE},
        {CKA_SIGN_RECOVER, CK_FALSE, CK_TRUE},
    };
    *confined = 0;
    for (size_t index = 0; index < COUNT(rules); index++) {
        CK_BBOOL value = !rules[index].expected;
        CK_ATTRIBUTE attribute = {rules[index].type, &value, sizeof value};
        CK_RV answer = module->list->C_GetAttributeValue(session, key, &attribute, 1);
        if (answer == CKR_ATTRIBUTE_TYPE_INVALID && rules[index].may_be_absent) continue;
        if (answer != CKR_OK) return answer;
        if ((value != CK_FALSE) != (rules[index].expected != CK_FALSE)) return CKR_OK;
    }
    *confined = 1;
    return CKR_OK;
}

unsigned long cpkcs11_sign(
    cpkcs11_module *module, unsigned long session, unsigned long key, enum cpkcs11_mechanism mechanism, const uint8_t *data, size_t data_length,
    uint8_t *signature, size_t *length) {
    CK_RSA_PKCS_PSS_PARAMS salted = {CKM_SHA256, CKG_MGF1_SHA256, 32};
    CK_MECHANISM how = {CKM_RSA_PKCS, NULL, 0};
    if (mechanism == CPKCS11_RSA_PSS) how = (CK_MECHANISM){CKM_RSA_PKCS_PSS, &salted, sizeof salted};
    if (mechanism == CPKCS11_ECDSA) how.mechanism = CKM_ECDSA;
    if (mechanism == CPKCS11_EDDSA) how.mechanism = CKM_EDDSA;
    CK_RV answer = module->list->C_SignInit(session, &how, key);
    if (answer != CKR_OK) return answer;
    CK_ULONG written = *length;
    answer = module->list->C_Sign(session, (CK_BYTE_PTR)data, data_length, signature, &written);
    if (answer == CKR_OK && written > *length) answer = CKR_BUFFER_TOO_SMALL;
    *length = answer == CKR_OK ? written : 0;
    return answer;
}

unsigned long cpkcs11_destroy(cpkcs11_module *module, unsigned long session, unsigned long object) {
    return module->list->C_DestroyObject(session, object);
}
