/* Shared by the C files of this target only. */
#ifndef COUNTERSIGN_CXMLSEC_INTERNAL_H
#define COUNTERSIGN_CXMLSEC_INTERNAL_H

/* Debian builds xmlsec with these; they are part of its binary interface and must come before its headers. */
#ifndef XMLSEC_NO_SIZE_T
#define XMLSEC_NO_SIZE_T 1
#endif
#ifndef XMLSEC_NO_CRYPTO_DYNAMIC_LOADING
#define XMLSEC_NO_CRYPTO_DYNAMIC_LOADING 1
#endif
#ifndef XMLSEC_CRYPTO_OPENSSL
#define XMLSEC_CRYPTO_OPENSSL 1
#endif

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/uri.h>
#include <libxml/valid.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlsave.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <xmlsec/buffer.h>
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/io.h>
#include <xmlsec/keyinfo.h>
#include <xmlsec/keysdata.h>
#include <xmlsec/list.h>
#include <xmlsec/templates.h>
#include <xmlsec/transforms.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>
#include <xmlsec/openssl/evp.h>

#include "include/CXMLSec.h"

_Static_assert(sizeof(xmlSecSize) == 4, "xmlsec's structures have another layout without XMLSEC_NO_SIZE_T");

/* Levels of elements below the one that is canonicalized: no document that passed the scan has more. */
enum { cxs_deepest = 64 };

struct cxs_key {
    EVP_PKEY *pkey;
    xmlSecKeyPtr key; /* a bare public or private key: duplicating it only counts a reference. NULL for kinds xmlsec does not know. */
    bool has_expiry;
    int64_t expiry;
};

/* A copy that the caller of this target frees; false when memory is out. */
bool cxs_buffer_copy(cxs_buffer *result, const void *bytes, size_t count);

/* Takes the key over, NULL as well: NULL then. */
cxs_key *cxs_key_adopt(EVP_PKEY *pkey);

/* Fetches the digests once: OpenSSL would look for them again at each use. False when one is missing that everybody must have. */
bool cxs_fetch_digests(void);

#endif
