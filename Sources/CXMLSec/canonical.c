/* Exclusive canonical form (Exclusive XML Canonicalization 1.0), and what it would cost, asked before it is made. */
#include "internal.h"

bool cxs_canonicalize(const cxs_document *document, const char *inclusive_prefixes, cxs_buffer *result) {
    enum { most_prefixes = 16 };
    xmlChar *prefixes[most_prefixes + 1] = {NULL};
    int count = 0;
    char *copy = strdup(inclusive_prefixes), *rest = NULL;
    if (copy == NULL) return false;
    for (char *prefix = strtok_r(copy, " ", &rest); prefix != NULL; prefix = strtok_r(NULL, " ", &rest)) {
        if (count == most_prefixes) {
            free(copy);
            return false;
        }
        prefixes[count++] = BAD_CAST prefix;
    }
    xmlChar *canonical = NULL;
    int length = xmlC14NDocDumpMemory((xmlDocPtr)document, NULL, XML_C14N_EXCLUSIVE_1_0, count > 0 ? prefixes : NULL, 0, &canonical);
    free(copy);
    /* A failed canonicalization must never look like an empty one (THREATS S9). */
    bool made = length > 0 && canonical != NULL && cxs_buffer_copy(result, canonical, (size_t)length);
    if (canonical != NULL) xmlFree(canonical);
    return made;
}

bool cxs_canonicalize_alone(const cxs_node *element, cxs_buffer *result) {
    /* In a document of its own: libxml2 would walk all of the other one, however little of it is wanted. The copy declares at its root what
     * its names need from outside, and exclusive canonical form writes a declaration where it is used, wherever it stood. */
    xmlDocPtr document = xmlNewDoc(BAD_CAST "1.0");
    if (document == NULL) return false;
    xmlNodePtr copy = xmlDocCopyNode((xmlNodePtr)element, document, 1);
    bool made = false;
    if (copy != NULL) {
        xmlDocSetRootElement(document, copy);
        made = cxs_canonicalize((const cxs_document *)document, "", result);
    }
    xmlFreeDoc(document);
    return made;
}

/* Bytes of one declaration as canonical form writes it: ` xmlns:prefix="namespace"`. */
static uint64_t declaration_size(const xmlNs *name_space) {
    uint64_t size = 10;
    if (name_space->prefix != NULL) size += strlen((const char *)name_space->prefix);
    if (name_space->href != NULL) size += strlen((const char *)name_space->href);
    return size;
}

static uint64_t declarations_of(const xmlNode *element) {
    uint64_t count = 0;
    for (const xmlNs *declared = element->nsDef; declared != NULL; declared = declared->next) count++;
    return count;
}

cxs_canonical_cost cxs_canonicalization_cost(const cxs_node *opaque, int prefixes) {
    enum { deepest = 64 };
    const cxs_canonical_cost too_much = {UINT64_MAX, UINT64_MAX};
    const xmlNode *top = (const xmlNode *)opaque, *node = top;
    cxs_canonical_cost cost = {0, 0};
    /* Of the element at each depth: the namespaces its ancestors wrote, and those declared on them. */
    uint64_t written[deepest + 1] = {0}, in_scope[deepest + 1] = {0};
    size_t outside = 0, depth = 0;
    for (const xmlNode *around = top->parent; around != NULL && around->type == XML_ELEMENT_NODE; around = around->parent) {
        in_scope[0] += declarations_of(around);
        for (const xmlNs *declared = around->nsDef; declared != NULL; declared = declared->next) cost.bytes += declaration_size(declared);
        outside++;
    }
    for (;;) {
        if (node->type == XML_ELEMENT_NODE) {
            uint64_t used = 1, nodes = 1, level = outside + depth + 1;
            if (node->ns != NULL && (node == top || node->ns != node->parent->ns)) cost.bytes += declaration_size(node->ns);
            for (const xmlAttr *attribute = node->properties; attribute != NULL; attribute = attribute->next) {
                nodes++;
                if (attribute->ns == NULL) continue;
                used++;
                if (attribute->ns != node->ns) cost.bytes += declaration_size(attribute->ns);
            }
            uint64_t declared = declarations_of(node);
            in_scope[depth] += declared;
            if (prefixes > 0) {
                for (const xmlNs *one = node->nsDef; one != NULL; one = one->next) cost.bytes += declaration_size(one);
            }
            /* xmlsec asks of every node, attribute and namespace whether it is inside, and climbs to the top for it. */
            cost.steps += level * (nodes + declared + 2 * used);
            /* Each namespace used is looked for among those written before, each prefix of the list among those declared. */
            cost.steps += used * written[depth] + (uint64_t)prefixes * (level + in_scope[depth] + written[depth]);
            written[depth] += used + (prefixes > 0 ? declared : 0);
            if (node->children != NULL) {
                if (depth == deepest) return too_much;
                depth++;
                written[depth] = written[depth - 1];
                in_scope[depth] = in_scope[depth - 1];
                node = node->children;
                continue;
            }
        } else {
            cost.steps += outside + depth + 1;
        }
        while (node != top && node->next == NULL) {
            node = node->parent;
            depth--;
        }
        if (node == top) return cost;
        node = node->next;
        if (depth > 0) {
            written[depth] = written[depth - 1];
            in_scope[depth] = in_scope[depth - 1];
        }
    }
}
