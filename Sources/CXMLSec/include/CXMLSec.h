/* The only C interface of Countersign to libxml2, xmlsec1, OpenSSL's keys and zlib.
 *
 * No header of those libraries is included here: their types stay opaque, so that no other target depends on their layout. xmlsec's
 * layout changes with a macro that SwiftPM drops (XMLSEC_NO_SIZE_T), which is why it may only be seen by the C files of this target. */
#ifndef COUNTERSIGN_CXMLSEC_H
#define COUNTERSIGN_CXMLSEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of text that belongs to a document or a static table; not terminated. bytes is NULL when there is none. */
typedef struct {
    const uint8_t *bytes;
    size_t count;
} cxs_text;

/* Memory handed to the caller, who gives it back with cxs_buffer_free. */
typedef struct {
    uint8_t *bytes;
    size_t count;
} cxs_buffer;
void cxs_buffer_free(cxs_buffer buffer);

/* Once per process, before anything else of this header. 0, or the number of the step that failed. */
int cxs_start(void);

/* Whether UTF-8 can hold a combining mark: U+0300 begins with the byte 0xCC, and a character reference with "&#". */
bool cxs_may_have_marks(const uint8_t *bytes, size_t count);

/* ---- documents: valid from parse to free, used by one thread at a time ---- */

typedef struct cxs_document cxs_document;
typedef struct cxs_node cxs_node;
typedef struct cxs_attribute cxs_attribute;

enum { CXS_PARSED = 0, CXS_MALFORMED = 1, CXS_DOCTYPE = 2 };

/* Where and why libxml2 stopped; line 0 where it does not say. The text is terminated, and may hold names of the document. */
typedef struct {
    int reason;
    int line;
    char text[200];
} cxs_parse_error;

/* Strict UTF-8, no network, no entities, no DTD. NULL with an error. */
cxs_document *cxs_parse(const uint8_t *bytes, size_t count, cxs_parse_error *error);
void cxs_document_free(cxs_document *document);
cxs_node *cxs_document_root(const cxs_document *document);
/* First child of the document itself: the root element, or a comment or processing instruction beside it. */
cxs_node *cxs_document_first(const cxs_document *document);

enum { CXS_OTHER = 0, CXS_ELEMENT = 1, CXS_TEXT = 2, CXS_COMMENT = 3, CXS_PROCESSING_INSTRUCTION = 4 };

int cxs_node_kind(const cxs_node *node);
cxs_node *cxs_node_parent(const cxs_node *node); /* NULL at the root element */
cxs_node *cxs_node_first_child(const cxs_node *node);
cxs_node *cxs_node_next(const cxs_node *node);
cxs_text cxs_node_name(const cxs_node *node);
cxs_text cxs_node_namespace(const cxs_node *node);
cxs_text cxs_node_content(const cxs_node *node); /* of a text node */
bool cxs_node_is_blank(const cxs_node *node);
/* Whether every namespace declared on this element has a canonical form: an absolute URI, without an ampersand. */
bool cxs_node_namespaces_are_canonical(const cxs_node *node);

cxs_attribute *cxs_node_first_attribute(const cxs_node *node);
cxs_attribute *cxs_attribute_next(const cxs_attribute *attribute);
cxs_text cxs_attribute_name(const cxs_attribute *attribute);
cxs_text cxs_attribute_namespace(const cxs_attribute *attribute);
/* bytes is NULL when the value is anything but plain text. */
cxs_text cxs_attribute_value(const cxs_attribute *attribute);
bool cxs_attribute_is_ncname(const cxs_attribute *attribute);
bool cxs_is_ncname(const uint8_t *bytes, size_t count);

/* Stands for a list of prefixes that has all of them: then the form is the inclusive one (Canonical XML 1.0). No list in a document can be it. */
#define CXS_EVERY_PREFIX "#all"
enum { CXS_EVERY_PREFIX_COUNT = -1 };

/* Exclusive canonical form of an element and what is in it, less the element `omitted`, which may be NULL. Prefixes are separated by single
 * spaces, at most 16; `expected` is about how long it will be. */
bool cxs_canonicalize(
    const cxs_node *element, const cxs_node *omitted, const char *inclusive_prefixes, bool with_comments, size_t expected, cxs_buffer *result);

/* Whether the octets are that form of the element. */
bool cxs_is_canonical(const cxs_node *element, const char *inclusive_prefixes, const uint8_t *octets, size_t count);

/* What the exclusive canonical form of an element costs at most: the namespace declarations it writes, in bytes, and the comparisons that
 * xmlsec makes for it, of all who make one the dearest. Found in linear time. */
typedef struct {
    uint64_t bytes;
    uint64_t steps;
} cxs_canonical_cost;
cxs_canonical_cost cxs_canonicalization_cost(const cxs_node *element, int prefixes);

bool cxs_serialize(const cxs_document *document, cxs_buffer *result);

/* ---- keys: immutable after creation, may be shared between threads ---- */

typedef struct cxs_key cxs_key;

enum { CXS_KEY_RSA = 1, CXS_KEY_EC = 2, CXS_KEY_OTHER = 3 };
enum { CXS_CURVE_NONE = 0, CXS_CURVE_P256 = 256, CXS_CURVE_P384 = 384, CXS_CURVE_P521 = 521 };

cxs_key *cxs_key_from_certificate(const uint8_t *der, size_t count);
cxs_key *cxs_key_from_public_key(const uint8_t *der, size_t count);
cxs_key *cxs_key_from_private_pem(const char *pem, size_t count);
cxs_key *cxs_key_from_pkcs8(const uint8_t *der, size_t count);
void cxs_key_free(cxs_key *key);
bool cxs_key_public_der(const cxs_key *key, cxs_buffer *result); /* SubjectPublicKeyInfo */
int cxs_key_kind(const cxs_key *key);
int cxs_key_bits(const cxs_key *key);
int cxs_key_curve(const cxs_key *key);
bool cxs_key_exponent_is_sound(const cxs_key *key); /* odd and at least 65537; true for other kinds */
bool cxs_key_has_expiry(const cxs_key *key);
int64_t cxs_key_expiry(const cxs_key *key); /* seconds since 1970, of the certificate it came from */
bool cxs_key_is_same(const cxs_key *one, const cxs_key *other);
void cxs_sha256(const uint8_t *bytes, size_t count, uint8_t digest[32]);
/* Whether SHA of the given bits (256, 384, 512, or 160 for the old SHA-1) over the octets is what was expected. */
bool cxs_digest_is(int digest_bits, const uint8_t *octets, size_t count, const uint8_t *expected, size_t expected_count);

/* The same of octets that come one after the other. Used by one thread at a time; asked how it ends once, and last. */
typedef struct cxs_digest cxs_digest;
cxs_digest *cxs_digest_start(int digest_bits);
bool cxs_digest_add(cxs_digest *digest, const uint8_t *octets, size_t count);
bool cxs_digest_ends_as(cxs_digest *digest, const uint8_t *expected, size_t expected_count);
void cxs_digest_free(cxs_digest *digest);

/* PKCS #1 v1.5 or DER-coded ECDSA, with SHA of the given bits. */
bool cxs_verify_octets(const cxs_key *key, int digest_bits, const uint8_t *octets, size_t count, const uint8_t *signature, size_t signature_count);
bool cxs_sign_octets(const cxs_key *key, int digest_bits, const uint8_t *octets, size_t count, cxs_buffer *signature);

/* A new private key with the exponent 65537, as DER of PKCS #8. */
bool cxs_rsa_generate(unsigned int bits, cxs_buffer *pkcs8);
/* DER of a certificate that the key signs for itself; `name` is UTF-8 of at most 64 characters. Times in seconds since 1970. */
bool cxs_self_signed(const cxs_key *key, const char *name, int64_t not_before, int64_t not_after, cxs_buffer *der);

/* ---- XML signatures ---- */

enum { CXS_VERIFIED = 1, CXS_DIGEST_DIFFERS = 2, CXS_SIGNATURE_DIFFERS = 3, CXS_REFUSED = 4 };

/* Whether `value` is the SignatureValue (RFC 3275 §6.4, RFC 6931 §2.3.6: r and s beside each other) of a SignedInfo with these octets. */
bool cxs_verify_signature_value(const cxs_key *key, int digest_bits, const uint8_t *octets, size_t count, const uint8_t *value, size_t value_count);

/* xmlsec's verdict on one ds:Signature with one key. `identifier` is the attribute of the signature's parent that the only reference names.
 * The bytes that were digested are given only with CXS_VERIFIED. */
int cxs_verify(cxs_node *signature, cxs_attribute *identifier, const cxs_key *key, bool allow_sha1, bool allow_inclusive, cxs_buffer *digested);

/* Inserts an enveloped signature over `element` after `after`, or as its first child, and signs it. */
bool cxs_sign(cxs_node *element, cxs_attribute *identifier, cxs_node *after, const cxs_key *key, const char *certificate_base64);

/* ---- XML encryption ---- */

/* A session key as RSA-OAEP encrypted it, and the private key that may open it. Digest and mask generation by 160 (SHA-1) or 256 bits. */
typedef struct {
    const cxs_key *key;
    int digest_bits;
    int mask_bits;
    const uint8_t *bytes;
    size_t count;
} cxs_encrypted_key;

/* Opens all of the keys, and the content with the one that opened: AES of 128 or 256 bits, GCM where it is authenticated, else CBC. Whether a key or
 * the content did not open cannot be told apart, neither by the answer nor by how long it takes. */
bool cxs_decrypt(
    const cxs_encrypted_key *keys, size_t key_count, int aes_bits, bool authenticated, const uint8_t *bytes, size_t count, cxs_buffer *result);

/* ---- raw DEFLATE (RFC 1951) ---- */

enum { CXS_INFLATED = 0, CXS_INFLATE_MALFORMED = 1, CXS_INFLATE_TOO_LARGE = 2 };

int cxs_inflate(const uint8_t *bytes, size_t count, size_t limit, cxs_buffer *result);
bool cxs_deflate(const uint8_t *bytes, size_t count, cxs_buffer *result);

#endif
