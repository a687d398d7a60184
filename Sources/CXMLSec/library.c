/* Process-wide set-up of libxml2 and xmlsec: no I/O, no messages, nothing but the algorithms of the allow-list. */
#include "internal.h"

/* Every path that would open a file or a socket for XML ends here. */
static xmlParserInputPtr refuse_entity(const char *url, const char *id, xmlParserCtxtPtr context) {
    (void)url;
    (void)id;
    (void)context;
    return NULL;
}

/* What went wrong is decided by return values; a message could carry a piece of an assertion, so none is written. */
static void ignore_xml_error(void *context, xmlErrorPtr error) {
    (void)context;
    (void)error;
}

static void ignore_xmlsec_error(
    const char *file, int line, const char *function, const char *object, const char *subject, int reason, const char *message) {
    (void)file;
    (void)line;
    (void)function;
    (void)object;
    (void)subject;
    (void)reason;
    (void)message;
}

int cxs_start(void) {
    xmlInitParser();
    xmlSetExternalEntityLoader(refuse_entity);
    /* libxml2 keeps its handlers per thread: the default for threads to come, and this thread's own. */
    xmlThrDefSetStructuredErrorFunc(NULL, ignore_xml_error);
    xmlSetStructuredErrorFunc(NULL, ignore_xml_error);
    if (xmlSecInit() < 0) return 1;
    if (xmlSecCheckVersion() != 1) return 2;
    xmlSecIOCleanupCallbacks(); /* and none is registered again: no reference can open anything */
    if (xmlSecCryptoAppInit(NULL) < 0) return 3;
    if (xmlSecCryptoInit() < 0) return 4;
    xmlSecErrorsSetCallback(ignore_xmlsec_error); /* after xmlSecCryptoInit, which installs one that prints */

    /* The global allow-list: a list on one context does not reach nested ones. SHA-1 and the inclusive form are here for the
     * connections that may still use them; the context of a strict verification does not list them. */
    xmlSecTransformId allowed[] = {
        xmlSecTransformEnvelopedId,   xmlSecTransformExclC14NId,    xmlSecTransformExclC14NWithCommentsId,
        xmlSecTransformInclC14NId,    xmlSecTransformInclC14NWithCommentsId,
        xmlSecTransformSha1Id,        xmlSecTransformSha256Id,
        xmlSecTransformSha384Id,      xmlSecTransformSha512Id,      xmlSecTransformRsaSha1Id,     xmlSecTransformRsaSha256Id,
        xmlSecTransformRsaSha384Id,   xmlSecTransformRsaSha512Id,   xmlSecTransformEcdsaSha1Id,   xmlSecTransformEcdsaSha256Id,
        xmlSecTransformEcdsaSha384Id, xmlSecTransformEcdsaSha512Id,
    };
    xmlSecPtrListEmpty(xmlSecTransformIdsGet());
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
        if (allowed[i] == NULL || xmlSecTransformIdsRegister(allowed[i]) < 0) return 5;
    }
    return cxs_fetch_digests() ? 0 : 6;
}

bool cxs_buffer_copy(cxs_buffer *result, const void *bytes, size_t count) {
    result->bytes = malloc(count > 0 ? count : 1);
    result->count = 0;
    if (result->bytes == NULL) return false;
    if (count > 0) memcpy(result->bytes, bytes, count);
    result->count = count;
    return true;
}

void cxs_buffer_free(cxs_buffer buffer) {
    free(buffer.bytes);
}
