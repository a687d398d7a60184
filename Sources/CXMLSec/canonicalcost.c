/* What a canonical form would cost, asked before it is made. */
#include "internal.h"

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
    const cxs_canonical_cost too_much = {UINT64_MAX, UINT64_MAX};
    const xmlNode *top = (const xmlNode *)opaque, *node = top;
    cxs_canonical_cost cost = {0, 0};
    /* Of the element at each depth: the namespaces its ancestors wrote, and those declared on them. */
    uint64_t written[cxs_deepest + 1] = {0}, in_scope[cxs_deepest + 1] = {0};
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
            if (prefixes != 0) {
                for (const xmlNs *one = node->nsDef; one != NULL; one = one->next) cost.bytes += declaration_size(one);
            }
            /* xmlsec asks of every node, attribute and namespace whether it is inside, and climbs to the top for it. */
            cost.steps += level * (nodes + declared + 2 * used);
            /* Each namespace used is looked for among those written before, each prefix of the list among those declared. */
            uint64_t listed = prefixes == CXS_EVERY_PREFIX_COUNT ? in_scope[depth] : (uint64_t)prefixes;
            cost.steps += used * written[depth] + listed * (level + in_scope[depth] + written[depth]);
            written[depth] += used + (prefixes != 0 ? declared : 0);
            if (node->children != NULL) {
                if (depth == cxs_deepest) return too_much;
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
