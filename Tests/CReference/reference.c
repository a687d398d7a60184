#include "include/CReference.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "key.h"

struct part {
    xmlNodePtr top, omitted;
};

static int is_visible(void *data, xmlNodePtr node, xmlNodePtr parent) {
    const struct part *part = data;
    for (xmlNodePtr at = node->type == XML_NAMESPACE_DECL || node->type == XML_ATTRIBUTE_NODE ? parent : node; at != NULL; at = at->parent) {
        if (at == part->omitted) return 0;
        if (at == part->top) return 1;
    }
    return 0;
}

static xmlNodePtr child(xmlNodePtr parent, const char *name) {
    for (xmlNodePtr node = parent->children; node != NULL && name != NULL; node = node->next) {
        if (node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0) return node;
    }
    return NULL;
}

static xmlDocPtr parse(const void *bytes, size_t count) {
    return xmlReadMemory(bytes, (int)count, NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
}

static xmlOutputBufferPtr canonicalize_by(xmlDocPtr document, struct part part, int mode, xmlChar **prefixes, bool with_comments) {
    xmlOutputBufferPtr output = xmlAllocOutputBuffer(NULL);
    if (output != NULL && xmlC14NExecute(document, is_visible, &part, mode, prefixes, with_comments, output) >= 0) return output;
    if (output != NULL) xmlOutputBufferClose(output);
    return NULL;
}

static xmlOutputBufferPtr canonicalize(xmlDocPtr document, struct part part, xmlChar **prefixes, bool with_comments) {
    return canonicalize_by(document, part, XML_C14N_EXCLUSIVE_1_0, prefixes, with_comments);
}

uint8_t *creference_canonicalize(
    const uint8_t *bytes, size_t count, const char *local_name, const char *omitted, const char *list, bool with_comments, size_t *result_count) {
    xmlDocPtr document = parse(bytes, count);
    if (document == NULL) return NULL;
    xmlNodePtr root = xmlDocGetRootElement(document), named = child(root, local_name);
    struct part part = {named != NULL ? named : root, NULL};
    part.omitted = child(part.top, omitted);
    xmlChar *prefixes[17] = {NULL};
    char *copy = strdup(list), *rest = NULL;
    int found = 0;
    for (char *prefix = strtok_r(copy, " ", &rest); prefix != NULL && found < 16; prefix = strtok_r(NULL, " ", &rest)) {
        prefixes[found++] = BAD_CAST prefix;
    }
    uint8_t *result = NULL;
    /* All of them: the inclusive form. */
    bool inclusive = strcmp(list, "#all") == 0;
    xmlOutputBufferPtr output = inclusive ? canonicalize_by(document, part, XML_C14N_1_0, NULL, with_comments)
                                          : canonicalize(document, part, found > 0 ? prefixes : NULL, with_comments);
    if (output != NULL) {
        *result_count = xmlBufUse(output->buffer);
        result = malloc(*result_count + 1);
        if (result != NULL) memcpy(result, xmlBufContent(output->buffer), *result_count);
        xmlOutputBufferClose(output);
    }
    free(copy);
    xmlFreeDoc(document);
    return result;
}

creference_key *creference_key_from_certificate(const uint8_t *der, size_t count) {
    X509 *certificate = d2i_X509(NULL, &der, (long)count);
    creference_key *key = calloc(1, sizeof(*key));
    if (certificate != NULL && key != NULL) key->pkey = X509_get_pubkey(certificate);
    X509_free(certificate);
    return key;
}

void creference_key_free(creference_key *key) {
    if (key != NULL) EVP_PKEY_free(key->pkey);
    free(key);
}

/* The bytes of an element that has base64 and line breaks in it. */
static int decoded(xmlNodePtr element, uint8_t *bytes, size_t capacity) {
    uint8_t digits[2048];
    int count = 0, padding = 0;
    const xmlChar *text = element == NULL || element->children == NULL ? NULL : element->children->content;
    for (; text != NULL && *text != 0 && count < (int)sizeof(digits); text++) {
        if (*text <= ' ') continue;
        if (*text == '=') padding++;
        digits[count++] = *text;
    }
    if (count == 0 || (size_t)count / 4 * 3 > capacity) return -1;
    return EVP_DecodeBlock(bytes, digits, count) - padding;
}

static bool holds(const creference_key *key, xmlDocPtr document, xmlNodePtr assertion, xmlNodePtr signature) {
    xmlNodePtr signed_info = child(signature, "SignedInfo"), reference = child(signed_info, "Reference");
    uint8_t value[1024], expected[64], made[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    int value_count = decoded(child(signature, "SignatureValue"), value, sizeof(value));
    int expected_count = decoded(child(reference, "DigestValue"), expected, sizeof(expected));
    xmlOutputBufferPtr octets = canonicalize(document, (struct part){signed_info, NULL}, NULL, false);
    xmlOutputBufferPtr content = canonicalize(document, (struct part){assertion, signature}, NULL, false);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = value_count > 0 && octets != NULL && content != NULL && context != NULL &&
                EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key->pkey) == 1 &&
                EVP_DigestVerify(context, value, (size_t)value_count, xmlBufContent(octets->buffer), xmlBufUse(octets->buffer)) == 1 &&
                EVP_Digest(xmlBufContent(content->buffer), xmlBufUse(content->buffer), made, &length, EVP_sha256(), NULL) == 1 &&
                (int)length == expected_count && memcmp(made, expected, length) == 0;
    if (good) {
        xmlDocPtr again = parse(xmlBufContent(content->buffer), xmlBufUse(content->buffer));
        good = again != NULL;
        xmlFreeDoc(again);
    }
    EVP_MD_CTX_free(context);
    if (octets != NULL) xmlOutputBufferClose(octets);
    if (content != NULL) xmlOutputBufferClose(content);
    return good;
}

bool creference_floor(const creference_key *key, const char *base64, size_t count) {
    uint8_t *bytes = malloc(count / 4 * 3 + 3);
    if (bytes == NULL || key == NULL || key->pkey == NULL) return false;
    int length = EVP_DecodeBlock(bytes, (const uint8_t *)base64, (int)count);
    while (length > 0 && count > 0 && base64[count - 1] == '=') length--, count--;
    xmlDocPtr document = length > 0 ? parse(bytes, (size_t)length) : NULL;
    bool good = false;
    if (document != NULL) {
        xmlNodePtr assertion = child(xmlDocGetRootElement(document), "Assertion");
        xmlNodePtr signature = assertion == NULL ? NULL : child(assertion, "Signature");
        good = signature != NULL && holds(key, document, assertion, signature);
    }
    xmlFreeDoc(document);
    free(bytes);
    return good;
}
