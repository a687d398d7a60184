#include <openssl/evp.h>

struct creference_key {
    EVP_PKEY *pkey;
};
