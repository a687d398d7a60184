#pragma once
#include <p11-kit-1/p11-kit/pkcs11.h>

#include "CPKCS11.h"

struct cpkcs11_module {
    CK_FUNCTION_LIST_PTR list;
};
