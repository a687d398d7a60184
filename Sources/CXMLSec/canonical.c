/* Exclusive canonical form (Exclusive XML Canonicalization 1.0), and the inclusive one (Canonical XML 1.0), written in one walk over a tree that the structural gate let through: elements,
 * text, comments, no DTD. libxml2's own asks whether each node is wanted and looks every namespace up; xmlsec's verdict, which rests on that one,
 * must be the same wherever both are asked. Nothing is believed because of what is written here: only bytes that a key signed are, and those
 * are read again. */
#include "internal.h"

enum { most_prefixes = 16 };

typedef struct {
    uint8_t *bytes;
    size_t count, capacity;
    /* Written on an element around, innermost last; each belongs to the tree, or is `no_namespace`. */
    const xmlNs **written;
    size_t written_count, written_capacity;
    const xmlAttr **sorted; /* of one element */
    size_t sorted_capacity;
    const char *prefixes[most_prefixes]; /* NULL is #default */
    int prefix_count;
    bool inclusive; /* every prefix that is in scope */
    bool failed; /* memory is out, or a node has no place here */
} writer;

/* xmlns="": what an element in no namespace needs where a default namespace was written around it. */
static const xmlNs no_namespace = {.type = XML_NAMESPACE_DECL, .href = BAD_CAST "", .prefix = NULL};

static const char *text_or_empty(const xmlChar *text) {
    return text == NULL ? "" : (const char *)text;
}

/* The array, with room for one more; NULL when memory is out, and then the array is as it was. */
static void *with_room(void *array, size_t count, size_t *capacity) {
    if (count < *capacity) return array;
    size_t larger = *capacity == 0 ? 32 : *capacity * 2;
    void *moved = realloc(array, larger * sizeof(void *));
    if (moved != NULL) *capacity = larger;
    return moved;
}

static void put(writer *to, const void *bytes, size_t count) {
    if (to->failed) return;
    if (count > to->capacity - to->count) {
        size_t larger = to->capacity * 2 > to->count + count ? to->capacity * 2 : to->count + count;
        uint8_t *moved = realloc(to->bytes, larger);
        if (moved == NULL) {
            to->failed = true;
            return;
        }
        to->bytes = moved;
        to->capacity = larger;
    }
    memcpy(to->bytes + to->count, bytes, count);
    to->count += count;
}

static void put_text(writer *to, const char *text) {
    put(to, text, strlen(text));
}

/* Canonical XML 1.0 §2.3, attribute nodes and text nodes. NULL: the byte stands as it is. */
static const char *escaped(uint8_t byte, bool in_attribute) {
    switch (byte) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '\r': return "&#xD;";
    case '>': return in_attribute ? NULL : "&gt;";
    case '"': return in_attribute ? "&quot;" : NULL;
    case '\t': return in_attribute ? "&#x9;" : NULL;
    case '\n': return in_attribute ? "&#xA;" : NULL;
    default: return NULL;
    }
}

static void put_escaped(writer *to, const xmlChar *text, bool in_attribute) {
    if (text == NULL) return;
    /* All that is escaped is at most '>', and most of a text is not. */
    const uint8_t *start = text, *end = start;
    for (; *end != 0; end++) {
        if (*end > '>') continue;
        const char *instead = escaped(*end, in_attribute);
        if (instead == NULL) continue;
        put(to, start, (size_t)(end - start));
        put_text(to, instead);
        start = end + 1;
    }
    put(to, start, (size_t)(end - start));
}

static void put_name(writer *to, const xmlNs *name_space, const xmlChar *name) {
    if (name_space != NULL && name_space->prefix != NULL) {
        put_text(to, (const char *)name_space->prefix);
        put(to, ":", 1);
    }
    put_text(to, (const char *)name);
}

/* The declaration of a prefix that is in scope; NULL is the default namespace. `xml` is declared nowhere, and never written. */
static const xmlNs *in_scope(const xmlNode *element, const char *prefix) {
    for (; element != NULL && element->type == XML_ELEMENT_NODE; element = element->parent) {
        for (const xmlNs *declared = element->nsDef; declared != NULL; declared = declared->next) {
            if (prefix == NULL ? declared->prefix == NULL : declared->prefix != NULL && strcmp((const char *)declared->prefix, prefix) == 0) {
                return declared;
            }
        }
    }
    return NULL;
}

/* What the nearest element around, or this one, wrote for the prefix; NULL where none did. */
static const xmlNs *last_written(const writer *to, const char *prefix) {
    for (size_t index = to->written_count; index > 0; index--) {
        if (strcmp(text_or_empty(to->written[index - 1]->prefix), prefix) == 0) return to->written[index - 1];
    }
    return NULL;
}

/* Takes a namespace among those that this element writes, unless it holds already. */
static void need(writer *to, const xmlNs *name_space) {
    const char *prefix = text_or_empty(name_space->prefix), *href = text_or_empty(name_space->href);
    if (strcmp(prefix, "xml") == 0) return;
    const xmlNs *around = last_written(to, prefix);
    if (around == name_space) return;
    /* Where nothing was written, there is no default namespace that would have to be taken back. */
    if (around != NULL ? strcmp(text_or_empty(around->href), href) == 0 : *prefix == '\0' && *href == '\0') return;
    void *array = with_room(to->written, to->written_count, &to->written_capacity);
    if (array == NULL) {
        to->failed = true;
        return;
    }
    to->written = array;
    to->written[to->written_count++] = name_space;
}

/* Canonical XML 1.0 §2.3: the namespaces that are in scope; those from outside with the topmost element, each as its nearest declaration has it. */
static void need_all(writer *to, const xmlNode *element, bool is_top) {
    for (const xmlNode *at = element; at != NULL && at->type == XML_ELEMENT_NODE; at = is_top ? at->parent : NULL) {
        for (const xmlNs *declared = at->nsDef; declared != NULL; declared = declared->next) {
            if (in_scope(element, (const char *)declared->prefix) == declared) need(to, declared);
        }
    }
}

/* §2.4: a part of a document takes over the attributes xml:… of what is around it. No message has one there, and nothing is gained by taking them
 * over: then there is no canonical form. */
static bool inherits_attributes(const xmlNode *top) {
    for (const xmlNode *at = top->parent; at != NULL && at->type == XML_ELEMENT_NODE; at = at->parent) {
        for (const xmlAttr *attribute = at->properties; attribute != NULL; attribute = attribute->next) {
            if (attribute->ns != NULL && strcmp(text_or_empty(attribute->ns->prefix), "xml") == 0) return true;
        }
    }
    return false;
}

/* Exclusive XML Canonicalization §3: the prefixes of the list where they are in scope, and those that the element and its attributes use; by
 * prefix, the default namespace first. */
static void put_namespaces(writer *to, const xmlNode *element, bool is_top) {
    size_t first = to->written_count;
    if (to->inclusive) need_all(to, element, is_top);
    for (int i = 0; i < to->prefix_count; i++) {
        const xmlNs *declared = in_scope(element, to->prefixes[i]);
        if (declared != NULL) need(to, declared);
    }
    need(to, element->ns != NULL ? element->ns : &no_namespace);
    for (const xmlAttr *attribute = element->properties; attribute != NULL; attribute = attribute->next) {
        if (attribute->ns != NULL) need(to, attribute->ns);
    }
    for (size_t i = first + 1; i < to->written_count; i++) {
        const xmlNs *moved = to->written[i];
        size_t place = i;
        for (; place > first && strcmp(text_or_empty(to->written[place - 1]->prefix), text_or_empty(moved->prefix)) > 0; place--) {
            to->written[place] = to->written[place - 1];
        }
        to->written[place] = moved;
    }
    for (size_t i = first; i < to->written_count; i++) {
        put_text(to, " xmlns");
        if (to->written[i]->prefix != NULL) {
            put(to, ":", 1);
            put_text(to, (const char *)to->written[i]->prefix);
        }
        put(to, "=\"", 2);
        put_escaped(to, to->written[i]->href, true);
        put(to, "\"", 1);
    }
}

/* Canonical XML 1.0 §2.2: by namespace, those in none first, then by local name; both as bytes. */
static bool stands_behind(const xmlAttr *one, const xmlAttr *other) {
    int order = one->ns == other->ns ? 0 : strcmp(text_or_empty(one->ns ? one->ns->href : NULL), text_or_empty(other->ns ? other->ns->href : NULL));
    return order != 0 ? order > 0 : strcmp((const char *)one->name, (const char *)other->name) > 0;
}

static void put_attributes(writer *to, const xmlNode *element) {
    size_t count = 0;
    for (const xmlAttr *attribute = element->properties; attribute != NULL; attribute = attribute->next) {
        void *array = with_room(to->sorted, count, &to->sorted_capacity);
        if (array == NULL) {
            to->failed = true;
            return;
        }
        to->sorted = array;
        size_t place = count++;
        for (; place > 0 && stands_behind(to->sorted[place - 1], attribute); place--) to->sorted[place] = to->sorted[place - 1];
        to->sorted[place] = attribute;
    }
    for (size_t i = 0; i < count; i++) {
        const xmlAttr *attribute = to->sorted[i];
        cxs_text value = cxs_attribute_value((const cxs_attribute *)attribute);
        if (value.bytes == NULL) to->failed = true; /* an entity reference, say */
        put(to, " ", 1);
        put_name(to, attribute->ns, attribute->name);
        put(to, "=\"", 2);
        put_escaped(to, value.bytes, true);
        put(to, "\"", 1);
    }
}

static void put_end(writer *to, const xmlNode *element) {
    put(to, "</", 2);
    put_name(to, element->ns, element->name);
    put(to, ">", 1);
}

static void put_subtree(writer *to, const xmlNode *top, const xmlNode *omitted, bool with_comments) {
    /* How much was written outside of the element at each depth. */
    size_t outside[cxs_deepest + 1], depth = 0;
    const xmlNode *node = top;
    while (!to->failed) {
        switch (node->type) {
        case XML_ELEMENT_NODE:
            if (node == omitted) break;
            outside[depth] = to->written_count;
            put(to, "<", 1);
            put_name(to, node->ns, node->name);
            put_namespaces(to, node, node == top);
            put_attributes(to, node);
            put(to, ">", 1);
            if (node->children != NULL) {
                if (depth == cxs_deepest) {
                    to->failed = true;
                    return;
                }
                depth++;
                node = node->children;
                continue;
            }
            put_end(to, node);
            to->written_count = outside[depth];
            break;
        case XML_TEXT_NODE:
        case XML_CDATA_SECTION_NODE: put_escaped(to, node->content, false); break;
        case XML_COMMENT_NODE:
            if (!with_comments) break;
            put_text(to, "<!--");
            put_text(to, text_or_empty(node->content));
            put_text(to, "-->");
            break;
        default: to->failed = true; return; /* canonical form has rules for these; the gate lets none through */
        }
        while (node != top && node->next == NULL) {
            node = node->parent;
            depth--;
            put_end(to, node);
            to->written_count = outside[depth];
        }
        if (node == top) return;
        node = node->next;
    }
}

/* "a b #default" into the writer; `copy` lives as long as it is used. */
static bool take_prefixes(writer *to, char *copy) {
    char *rest = NULL;
    for (char *prefix = strtok_r(copy, " ", &rest); prefix != NULL; prefix = strtok_r(NULL, " ", &rest)) {
        if (to->prefix_count == most_prefixes) return false;
        to->prefixes[to->prefix_count++] = strcmp(prefix, "#default") == 0 ? NULL : prefix;
    }
    return true;
}

bool cxs_canonicalize(
    const cxs_node *element, const cxs_node *omitted, const char *inclusive_prefixes, bool with_comments, size_t expected, cxs_buffer *result) {
    writer to = {.capacity = expected < 256 ? 256 : expected};
    to.bytes = malloc(to.capacity);
    to.inclusive = strcmp(inclusive_prefixes, CXS_EVERY_PREFIX) == 0;
    char *copy = *inclusive_prefixes == '\0' || to.inclusive ? NULL : strdup(inclusive_prefixes);
    bool lacks_copy = copy == NULL && *inclusive_prefixes != '\0' && !to.inclusive;
    to.failed = to.bytes == NULL || lacks_copy || (copy != NULL && !take_prefixes(&to, copy)) ||
                (to.inclusive && inherits_attributes((const xmlNode *)element));
    put_subtree(&to, (const xmlNode *)element, (const xmlNode *)omitted, with_comments);
    free(copy);
    free(to.written);
    free(to.sorted);
    /* A failed canonicalization must never look like an empty one (THREATS S9). */
    if (to.failed || to.count == 0) {
        free(to.bytes);
        return false;
    }
    result->bytes = to.bytes;
    result->count = to.count;
    return true;
}

bool cxs_is_canonical(const cxs_node *element, const char *inclusive_prefixes, const uint8_t *octets, size_t count) {
    cxs_buffer made;
    if (!cxs_canonicalize(element, NULL, inclusive_prefixes, false, count, &made)) return false;
    bool same = made.count == count && memcmp(made.bytes, octets, count) == 0;
    cxs_buffer_free(made);
    return same;
}
