/* XML signatures by xmlsec (THREATS §1.1 stage D). The structural gate in Swift has looked at the signature before it comes here;
 * everything it relies on is restricted here once more. */
#include "internal.h"

static bool enable_transforms(xmlSecDSigCtxPtr context, bool allow_sha1, bool allow_inclusive) {
    /* Digests belong to the first list, signature methods and canonicalization to the second. An empty list would allow everything. */
    xmlSecTransformId reference[] = {
        xmlSecTransformEnvelopedId, xmlSecTransformExclC14NId, xmlSecTransformExclC14NWithCommentsId,
        xmlSecTransformSha256Id,    xmlSecTransformSha384Id,   xmlSecTransformSha512Id,
    };
    xmlSecTransformId signature[] = {
        xmlSecTransformExclC14NId,   xmlSecTransformExclC14NWithCommentsId, xmlSecTransformRsaSha256Id,   xmlSecTransformRsaSha384Id,
        xmlSecTransformRsaSha512Id,  xmlSecTransformEcdsaSha256Id,          xmlSecTransformEcdsaSha384Id, xmlSecTransformEcdsaSha512Id,
    };
    for (size_t i = 0; i < sizeof(reference) / sizeof(reference[0]); i++) {
        if (xmlSecDSigCtxEnableReferenceTransform(context, reference[i]) < 0) return false;
    }
    for (size_t i = 0; i < sizeof(signature) / sizeof(signature[0]); i++) {
        if (xmlSecDSigCtxEnableSignatureTransform(context, signature[i]) < 0) return false;
    }
    xmlSecTransformId inclusive[] = {xmlSecTransformInclC14NId, xmlSecTransformInclC14NWithCommentsId};
    for (size_t i = 0; allow_inclusive && i < sizeof(inclusive) / sizeof(inclusive[0]); i++) {
        if (xmlSecDSigCtxEnableReferenceTransform(context, inclusive[i]) < 0) return false;
        if (xmlSecDSigCtxEnableSignatureTransform(context, inclusive[i]) < 0) return false;
    }
    if (!allow_sha1) return true;
    return xmlSecDSigCtxEnableReferenceTransform(context, xmlSecTransformSha1Id) >= 0 &&
           xmlSecDSigCtxEnableSignatureTransform(context, xmlSecTransformRsaSha1Id) >= 0 &&
           xmlSecDSigCtxEnableSignatureTransform(context, xmlSecTransformEcdsaSha1Id) >= 0;
}

static xmlSecDSigCtxPtr restricted_context(const cxs_key *key, bool allow_sha1, bool allow_inclusive) {
    if (key->key == NULL) return NULL;
    xmlSecDSigCtxPtr context = xmlSecDSigCtxCreate(NULL); /* no keys manager at all */
    if (context == NULL) return NULL;
    context->flags = XMLSEC_DSIG_FLAGS_IGNORE_MANIFESTS | XMLSEC_DSIG_FLAGS_STORE_SIGNEDINFO_REFERENCES | XMLSEC_DSIG_FLAGS_STORE_SIGNATURE;
    context->enabledReferenceUris = xmlSecTransformUriTypeSameDocument; /* not Empty: it would allow URI="" and a missing URI */
    context->transformCtx.enabledUris = xmlSecTransformUriTypeNone;
    context->keyInfoReadCtx.retrievalMethodCtx.enabledUris = xmlSecTransformUriTypeNone;
    context->keyInfoWriteCtx.retrievalMethodCtx.enabledUris = xmlSecTransformUriTypeNone;
    context->signKey = xmlSecKeyDuplicate(key->key); /* with a key set, KeyInfo is never read */
    if (context->signKey == NULL || !enable_transforms(context, allow_sha1, allow_inclusive)) {
        xmlSecDSigCtxDestroy(context);
        return NULL;
    }
    return context;
}

/* Makes `identifier` the document's only ID while a signature is worked on. */
static bool register_identifier(xmlAttrPtr identifier) {
    cxs_text value = cxs_attribute_value((const cxs_attribute *)identifier);
    /* NULL means that the ID is taken: by a DTD, an xml:id or a second attribute. */
    return value.bytes != NULL && value.count > 0 && xmlAddID(NULL, identifier->doc, value.bytes, identifier) != NULL;
}

static int verdict(xmlSecDSigCtxPtr context, xmlNodePtr signature, cxs_buffer *digested) {
    if (xmlSecDSigCtxVerify(context, signature) != 0) return CXS_REFUSED; /* 0 only says that it could be worked on */
    if (xmlSecPtrListGetSize(&context->signedInfoReferences) != 1 || xmlSecPtrListGetSize(&context->manifestReferences) != 0) return CXS_REFUSED;
    xmlSecDSigReferenceCtxPtr reference = xmlSecPtrListGetItem(&context->signedInfoReferences, 0);
    if (reference == NULL) return CXS_REFUSED;
    if (reference->status != xmlSecDSigStatusSucceeded) return CXS_DIGEST_DIFFERS;
    if (context->status != xmlSecDSigStatusSucceeded) return CXS_SIGNATURE_DIFFERS;
    xmlSecBufferPtr bytes = xmlSecDSigReferenceCtxGetPreDigestBuffer(reference);
    if (bytes == NULL || xmlSecBufferGetData(bytes) == NULL || xmlSecBufferGetSize(bytes) == 0) return CXS_REFUSED;
    if (!cxs_buffer_copy(digested, xmlSecBufferGetData(bytes), xmlSecBufferGetSize(bytes))) return CXS_REFUSED;
    return CXS_VERIFIED;
}

int cxs_verify(
    cxs_node *signature, cxs_attribute *attribute, const cxs_key *key, bool allow_sha1, bool allow_inclusive, cxs_buffer *digested) {
    xmlNodePtr node = (xmlNodePtr)signature;
    xmlAttrPtr identifier = (xmlAttrPtr)attribute;
    digested->bytes = NULL;
    digested->count = 0;
    if (node == NULL || identifier == NULL || node->parent == NULL || identifier->parent != node->parent) return CXS_REFUSED;
    xmlSecDSigCtxPtr context = restricted_context(key, allow_sha1, allow_inclusive);
    if (context == NULL) return CXS_REFUSED;
    int result = CXS_REFUSED;
    if (register_identifier(identifier)) {
        result = verdict(context, node, digested);
        xmlRemoveID(node->doc, identifier);
    }
    xmlSecDSigCtxDestroy(context);
    ERR_clear_error();
    return result;
}

/* The ds:Signature to be filled in, already in its place; NULL when memory is out. */
static xmlNodePtr insert_template(
    xmlNodePtr element, xmlNodePtr after, const char *identifier, xmlSecTransformId method, const char *certificate_base64) {
    xmlNodePtr signature = xmlSecTmplSignatureCreateNsPref(element->doc, xmlSecTransformExclC14NId, method, NULL, BAD_CAST "ds");
    if (signature == NULL) return NULL;
    if (after != NULL) {
        xmlAddNextSibling(after, signature);
    } else if (element->children != NULL) {
        xmlAddPrevSibling(element->children, signature);
    } else {
        xmlAddChild(element, signature);
    }
    size_t length = strlen(identifier) + 2;
    char *uri = malloc(length);
    if (uri == NULL) return NULL;
    uri[0] = '#';
    memcpy(uri + 1, identifier, length - 1);
    xmlNodePtr reference = xmlSecTmplSignatureAddReference(signature, xmlSecTransformSha256Id, NULL, BAD_CAST uri, NULL);
    free(uri);
    if (reference == NULL || xmlSecTmplReferenceAddTransform(reference, xmlSecTransformEnvelopedId) == NULL ||
        xmlSecTmplReferenceAddTransform(reference, xmlSecTransformExclC14NId) == NULL) {
        return NULL;
    }
    if (certificate_base64 == NULL) return signature;
    /* Written here and not by xmlsec: a certificate inside the key would be parsed again at each duplication. */
    xmlNodePtr information = xmlSecTmplSignatureEnsureKeyInfo(signature, NULL);
    if (information == NULL) return NULL;
    xmlNodePtr data = xmlNewChild(information, information->ns, BAD_CAST "X509Data", NULL);
    if (data == NULL || xmlNewChild(data, information->ns, BAD_CAST "X509Certificate", BAD_CAST certificate_base64) == NULL) return NULL;
    return signature;
}

bool cxs_sign(cxs_node *opaque, cxs_attribute *attribute, cxs_node *after, const cxs_key *key, const char *certificate_base64) {
    xmlNodePtr element = (xmlNodePtr)opaque;
    xmlAttrPtr identifier = (xmlAttrPtr)attribute;
    if (identifier->parent != element || (after != NULL && ((xmlNodePtr)after)->parent != element)) return false;
    xmlSecTransformId method = cxs_key_kind(key) == CXS_KEY_RSA ? xmlSecTransformRsaSha256Id : xmlSecTransformEcdsaSha256Id;
    xmlSecDSigCtxPtr context = restricted_context(key, false, false);
    if (context == NULL) return false;
    /* xmlsec may write a key's name, and we give it none: so our own KeyInfo stays as it is. */
    bool made = xmlSecPtrListAdd(&context->keyInfoWriteCtx.enabledKeyData, (void *)xmlSecKeyDataNameId) >= 0;
    const char *value = (const char *)cxs_attribute_value(attribute).bytes;
    if (made && value != NULL && register_identifier(identifier)) {
        xmlNodePtr signature = insert_template(element, (xmlNodePtr)after, value, method, certificate_base64);
        made = signature != NULL && xmlSecDSigCtxSign(context, signature) == 0 && context->status == xmlSecDSigStatusSucceeded;
        xmlRemoveID(element->doc, identifier);
    } else {
        made = false;
    }
    xmlSecDSigCtxDestroy(context);
    ERR_clear_error();
    return made;
}
