#pragma once
/*
 * A PKCS #11 module (OASIS, Cryptographic Token Interface 2.40), loaded at run time: who has none needs nothing.
 *
 * Every call returns the CK_RV of the function that failed, 0 where none did. Handles are the module's own numbers. What the standard lets two threads do at
 * once they may do here: the module is told to lock for itself.
 */
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cpkcs11_module cpkcs11_module;

/* What is asked of the module, by the name of its kind of key. */
enum cpkcs11_kind { CPKCS11_RSA = 0, CPKCS11_P256 = 1, CPKCS11_ED25519 = 2 };

/* How it signs; what is signed is a SHA-256 digest, for Ed25519 the message. */
enum cpkcs11_mechanism { CPKCS11_RSA_PKCS1 = 0, CPKCS11_RSA_PSS = 1, CPKCS11_ECDSA = 2, CPKCS11_EDDSA = 3 };

/* The shared library of that name, never unloaded; NULL, and the linker's reason, where it is none. */
cpkcs11_module *_Nullable cpkcs11_load(const char *_Nonnull path, char *_Nonnull reason, size_t capacity);

unsigned long cpkcs11_initialize(cpkcs11_module *_Nonnull module);
/* Nobody may be in another call. Every session and every login ends. */
void cpkcs11_finalize(cpkcs11_module *_Nonnull module);

/* The slots with a token in them: at most capacity. */
unsigned long cpkcs11_slots(cpkcs11_module *_Nonnull module, unsigned long *_Nonnull slots, size_t capacity, size_t *_Nonnull count);
/* The label of a token, 32 bytes that are filled up with blanks. */
unsigned long cpkcs11_token_label(cpkcs11_module *_Nonnull module, unsigned long slot, uint8_t *_Nonnull label);

/* How often a wrong PIN may be given before the token locks itself. */
enum cpkcs11_tries { CPKCS11_TRIES_LEFT = 0, CPKCS11_FINAL_TRY = 1, CPKCS11_LOCKED = 2 };
unsigned long cpkcs11_pin_tries(cpkcs11_module *_Nonnull module, unsigned long slot, enum cpkcs11_tries *_Nonnull tries);

unsigned long cpkcs11_open_session(cpkcs11_module *_Nonnull module, unsigned long slot, int writes, unsigned long *_Nonnull session);
void cpkcs11_close_session(cpkcs11_module *_Nonnull module, unsigned long session);
/* As the user, for all sessions of this process with that token. */
unsigned long cpkcs11_login(cpkcs11_module *_Nonnull module, unsigned long session, const uint8_t *_Nonnull pin, size_t length);

/* A key pair that stays in the token: the private half is sensitive, never extractable, and signs and does nothing else. */
unsigned long cpkcs11_generate(
    cpkcs11_module *_Nonnull module, unsigned long session, enum cpkcs11_kind kind, const uint8_t *_Nonnull id, size_t id_length,
    unsigned long *_Nonnull public_key, unsigned long *_Nonnull private_key);

/* The parts of a public key: of RSA modulus and exponent, of the others the point in the first, as CKA_EC_POINT has it. */
unsigned long cpkcs11_public_value(
    cpkcs11_module *_Nonnull module, unsigned long session, unsigned long key, enum cpkcs11_kind kind, uint8_t *_Nonnull first,
    size_t *_Nonnull first_length, uint8_t *_Nonnull second, size_t *_Nonnull second_length);

unsigned long cpkcs11_name(
    cpkcs11_module *_Nonnull module, unsigned long session, unsigned long object, const uint8_t *_Nonnull id, size_t id_length,
    const uint8_t *_Nonnull label, size_t label_length);

/* The keys of that CKA_ID: at most capacity handles. */
unsigned long cpkcs11_find(
    cpkcs11_module *_Nonnull module, unsigned long session, int private_keys, const uint8_t *_Nonnull id, size_t id_length,
    unsigned long *_Nonnull keys, size_t capacity, size_t *_Nonnull count);

/* 1 in confined where the key signs and does nothing else, and nobody reads it. */
unsigned long cpkcs11_is_confined(cpkcs11_module *_Nonnull module, unsigned long session, unsigned long key, int *_Nonnull confined);

/* length is the room in signature, and then how much of it was written. */
unsigned long cpkcs11_sign(
    cpkcs11_module *_Nonnull module, unsigned long session, unsigned long key, enum cpkcs11_mechanism mechanism, const uint8_t *_Nonnull data,
    size_t data_length, uint8_t *_Nonnull signature, size_t *_Nonnull length);

unsigned long cpkcs11_destroy(cpkcs11_module *_Nonnull module, unsigned long session, unsigned long object);

/* The standard's name of a CK_RV; NULL for one that it does not have. */
const char *_Nullable cpkcs11_name_of(unsigned long value);

#ifdef __cplusplus
}
#endif
