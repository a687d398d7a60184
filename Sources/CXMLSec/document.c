/* Parsing and reading a tree. The caller has scanned the bytes first (THREATS §1.1 stage A). */
#include "internal.h"

bool cxs_may_have_marks(const uint8_t *bytes, size_t count) {
    uint8_t highest = 0;
    for (size_t i = 0; i < count; i++) highest = bytes[i] > highest ? bytes[i] : highest;
    if (highest >= 0xCC) return true;
    const uint8_t *end = bytes + count, *found = bytes;
    while (found < end && (found = memchr(found, '&', (size_t)(end - found))) != NULL) {
        if (++found < end && *found == '#') return true;
    }
    return false;
}

static void keep_cause(const xmlError *cause, cxs_parse_error *error) {
    if (cause == NULL || cause->message == NULL || cause->domain == XML_FROM_NONE) return;
    error->line = cause->line;
    size_t length = strcspn(cause->message, "\n");
    if (length >= sizeof(error->text)) length = sizeof(error->text) - 1;
    memcpy(error->text, cause->message, length);
    error->text[length] = '\0';
}

cxs_document *cxs_parse(const uint8_t *bytes, size_t count, cxs_parse_error *error) {
    memset(error, 0, sizeof(*error));
    error->reason = CXS_MALFORMED;
    if (count == 0 || count > INT_MAX) return NULL;
    xmlParserCtxtPtr context = xmlNewParserCtxt();
    if (context == NULL) return NULL;
    /* Never NOENT (it switches substitution on), DTDLOAD, DTDATTR, DTDVALID, RECOVER, HUGE, XINCLUDE, NOBLANKS, SAX1.
     * The internalSubset handler stays the default one, so that a DOCTYPE remains visible below. */
    xmlDocPtr document = xmlCtxtReadMemory(
        context, (const char *)bytes, (int)count, NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    bool sound = context->wellFormed == 1 && context->nsWellFormed == 1;
    if (!sound) keep_cause(&context->lastError, error);
    xmlFreeParserCtxt(context);
    if (document == NULL) return NULL;
    if (document->intSubset != NULL || document->extSubset != NULL) {
        error->reason = CXS_DOCTYPE;
        sound = false;
    }
    if (!sound || xmlDocGetRootElement(document) == NULL) {
        xmlFreeDoc(document);
        return NULL;
    }
    error->reason = CXS_PARSED;
    return (cxs_document *)document;
}

void cxs_document_free(cxs_document *document) {
    xmlFreeDoc((xmlDocPtr)document);
}

cxs_node *cxs_document_root(const cxs_document *document) {
    return (cxs_node *)xmlDocGetRootElement((const xmlDoc *)document);
}

cxs_node *cxs_document_first(const cxs_document *document) {
    return (cxs_node *)((const xmlDoc *)document)->children;
}

static cxs_text text_of(const xmlChar *string) {
    cxs_text text = {string, string == NULL ? 0 : strlen((const char *)string)};
    return text;
}

int cxs_node_kind(const cxs_node *node) {
    switch (((const xmlNode *)node)->type) {
    case XML_ELEMENT_NODE: return CXS_ELEMENT;
    case XML_TEXT_NODE:
    case XML_CDATA_SECTION_NODE: return CXS_TEXT;
    case XML_COMMENT_NODE: return CXS_COMMENT;
    case XML_PI_NODE: return CXS_PROCESSING_INSTRUCTION;
    default: return CXS_OTHER;
    }
}

cxs_node *cxs_node_parent(const cxs_node *node) {
    xmlNodePtr parent = ((const xmlNode *)node)->parent;
    return parent != NULL && parent->type == XML_ELEMENT_NODE ? (cxs_node *)parent : NULL;
}

cxs_node *cxs_node_first_child(const cxs_node *node) {
    /* Only an element has children that are nodes of the same kind of tree. */
    return ((const xmlNode *)node)->type == XML_ELEMENT_NODE ? (cxs_node *)((const xmlNode *)node)->children : NULL;
}

cxs_node *cxs_node_next(const cxs_node *node) {
    return (cxs_node *)((const xmlNode *)node)->next;
}

cxs_text cxs_node_name(const cxs_node *node) {
    return text_of(((const xmlNode *)node)->name);
}

cxs_text cxs_node_namespace(const cxs_node *node) {
    const xmlNs *name_space = ((const xmlNode *)node)->ns;
    return text_of(name_space == NULL ? NULL : name_space->href);
}

cxs_text cxs_node_content(const cxs_node *opaque) {
    const xmlNode *node = (const xmlNode *)opaque;
    return text_of(node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE ? node->content : NULL);
}

bool cxs_node_is_blank(const cxs_node *node) {
    cxs_text text = cxs_node_content(node);
    for (size_t i = 0; i < text.count; i++) {
        uint8_t byte = text.bytes[i];
        if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n') return false;
    }
    return true;
}

bool cxs_node_namespaces_are_canonical(const cxs_node *opaque) {
    for (const xmlNs *declared = ((const xmlNode *)opaque)->nsDef; declared != NULL; declared = declared->next) {
        if (declared->href == NULL || declared->href[0] == '\0') continue; /* xmlns="" */
        xmlURIPtr uri = xmlParseURI((const char *)declared->href);
        bool absolute = uri != NULL && uri->scheme != NULL && uri->scheme[0] != '\0';
        xmlFreeURI(uri);
        /* libxml2 writes an ampersand in a namespace as it is, and what it writes is no XML then. */
        if (!absolute || strchr((const char *)declared->href, '&') != NULL) return false;
    }
    return true;
}

cxs_attribute *cxs_node_first_attribute(const cxs_node *opaque) {
    const xmlNode *node = (const xmlNode *)opaque;
    return node->type == XML_ELEMENT_NODE ? (cxs_attribute *)node->properties : NULL;
}

cxs_attribute *cxs_attribute_next(const cxs_attribute *attribute) {
    return (cxs_attribute *)((const xmlAttr *)attribute)->next;
}

cxs_text cxs_attribute_name(const cxs_attribute *attribute) {
    return text_of(((const xmlAttr *)attribute)->name);
}

cxs_text cxs_attribute_namespace(const cxs_attribute *attribute) {
    const xmlNs *name_space = ((const xmlAttr *)attribute)->ns;
    return text_of(name_space == NULL ? NULL : name_space->href);
}

cxs_text cxs_attribute_value(const cxs_attribute *opaque) {
    const xmlNode *value = ((const xmlAttr *)opaque)->children;
    if (value == NULL) return text_of(BAD_CAST "");
    if (value->type != XML_TEXT_NODE || value->next != NULL) return text_of(NULL); /* an entity reference, say */
    return text_of(value->content == NULL ? BAD_CAST "" : value->content);
}

bool cxs_attribute_is_ncname(const cxs_attribute *attribute) {
    cxs_text value = cxs_attribute_value(attribute);
    return value.bytes != NULL && xmlValidateNCName(value.bytes, 0) == 0;
}

bool cxs_is_ncname(const uint8_t *bytes, size_t count) {
    xmlChar name[257];
    if (count == 0 || count >= sizeof(name) || memchr(bytes, 0, count) != NULL) return false;
    memcpy(name, bytes, count);
    name[count] = 0;
    return xmlValidateNCName(name, 0) == 0;
}

bool cxs_serialize(const cxs_document *document, cxs_buffer *result) {
    xmlBufferPtr buffer = xmlBufferCreate();
    if (buffer == NULL) return false;
    xmlSaveCtxtPtr save = xmlSaveToBuffer(buffer, "UTF-8", XML_SAVE_NO_DECL | XML_SAVE_AS_XML);
    bool made = save != NULL && xmlSaveTree(save, (xmlNodePtr)xmlDocGetRootElement((const xmlDoc *)document)) >= 0;
    if (save != NULL) made = xmlSaveClose(save) >= 0 && made;
    made = made && xmlBufferLength(buffer) > 0 && cxs_buffer_copy(result, xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer));
    xmlBufferFree(buffer);
    return made;
}
