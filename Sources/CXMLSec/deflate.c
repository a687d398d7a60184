/* Raw DEFLATE for the HTTP-Redirect binding. The cap is checked while inflating: a bomb never gets more memory than the cap. */
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#include "include/CXMLSec.h"

enum {
    raw_window = -15,
    /* What is compressed is a message of a kilobyte or two: a window of 4 KiB, and tables to match. With zlib's usual 256 KiB, which are cleared each
       time, they would cost more than the compression. Larger messages are compressed as well, and not quite as small. */
    small_raw_window = -12,
    small_memory_level = 5,
};

int cxs_inflate(const uint8_t *bytes, size_t count, size_t limit, cxs_buffer *result) {
    result->bytes = NULL;
    result->count = 0;
    if (count == 0 || count > UINT_MAX || limit >= UINT_MAX) return CXS_INFLATE_MALFORMED;
    z_stream stream = {0};
    if (inflateInit2(&stream, raw_window) != Z_OK) return CXS_INFLATE_MALFORMED;
    /* One byte more than allowed tells "exactly full" from "too large". The output grows with what is really there. */
    size_t capacity = count * 4 < limit + 1 ? count * 4 : limit + 1, used = 0;
    uint8_t *output = malloc(capacity);
    int status = Z_OK;
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)count;
    while (output != NULL) {
        stream.next_out = output + used;
        stream.avail_out = (uInt)(capacity - used);
        status = inflate(&stream, Z_NO_FLUSH);
        used = capacity - stream.avail_out;
        if (status != Z_OK || used > limit || stream.avail_out > 0) break;
        size_t next = capacity * 2 < limit + 1 ? capacity * 2 : limit + 1;
        uint8_t *grown = next > capacity ? realloc(output, next) : NULL;
        if (grown == NULL) break;
        output = grown;
        capacity = next;
    }
    size_t unread = stream.avail_in;
    inflateEnd(&stream);
    if (output != NULL && status == Z_STREAM_END && used <= limit && unread == 0) {
        result->bytes = output;
        result->count = used;
        return CXS_INFLATED;
    }
    free(output);
    return used > limit ? CXS_INFLATE_TOO_LARGE : CXS_INFLATE_MALFORMED;
}

bool cxs_deflate(const uint8_t *bytes, size_t count, cxs_buffer *result) {
    result->bytes = NULL;
    result->count = 0;
    if (count > UINT_MAX / 2) return false;
    z_stream stream = {0};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, small_raw_window, small_memory_level, Z_DEFAULT_STRATEGY) != Z_OK) return false;
    size_t capacity = deflateBound(&stream, (uLong)count);
    uint8_t *output = malloc(capacity > 0 ? capacity : 1);
    bool made = false;
    if (output != NULL) {
        stream.next_in = (Bytef *)bytes;
        stream.avail_in = (uInt)count;
        stream.next_out = output;
        stream.avail_out = (uInt)capacity;
        made = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    }
    size_t length = capacity - stream.avail_out;
    deflateEnd(&stream);
    if (!made) {
        free(output);
        return false;
    }
    result->bytes = output;
    result->count = length;
    return true;
}
