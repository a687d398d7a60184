#include "internal.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void explain(char *reason, size_t capacity, const char *text) { snprintf(reason, capacity, "%s", text ? text : "unknown"); }

cpkcs11_module *cpkcs11_load(const char *path, char *reason, size_t capacity) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        explain(reason, capacity, dlerror());
        return NULL;
    }
    /* POSIX lets an address of data be an address of a function, which C does not say. */
    CK_C_GetFunctionList get_list = NULL;
    *(void **)&get_list = dlsym(library, "C_GetFunctionList");
    CK_FUNCTION_LIST_PTR list = NULL;
    if (!get_list || get_list(&list) != CKR_OK || !list || list->version.major < 2) {
        explain(reason, capacity, "it is no PKCS#11 module of version 2 or later");
        dlclose(library);
        return NULL;
    }
    cpkcs11_module *module = calloc(1, sizeof *module);
    if (!module) {
        explain(reason, capacity, "no memory");
        return NULL;
    }
    module->list = list;
    return module;
}

unsigned long cpkcs11_initialize(cpkcs11_module *module) {
    CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};
    CK_RV answer = module->list->C_Initialize(&arguments);
    return answer == CKR_CRYPTOKI_ALREADY_INITIALIZED ? CKR_OK : answer;
}

void cpkcs11_finalize(cpkcs11_module *module) { (void)module->list->C_Finalize(NULL); }

unsigned long cpkcs11_slots(cpkcs11_module *module, unsigned long *slots, size_t capacity, size_t *count) {
    CK_ULONG found = 0;
    *count = 0;
    /* Asked for their number, a module looks for new ones (PKCS #11 5.5). */
    CK_RV answer = module->list->C_GetSlotList(CK_TRUE, NULL, &found);
    if (answer != CKR_OK) return answer;
    if (found > capacity) found = capacity;
    if (found == 0) return CKR_OK;
    answer = module->list->C_GetSlotList(CK_TRUE, slots, &found);
    if (answer == CKR_OK && found > capacity) answer = CKR_BUFFER_TOO_SMALL;
    if (answer == CKR_OK) *count = found;
    return answer;
}

unsigned long cpkcs11_token_label(cpkcs11_module *module, unsigned long slot, uint8_t *label) {
    CK_TOKEN_INFO info;
    CK_RV answer = module->list->C_GetTokenInfo(slot, &info);
    if (answer == CKR_OK) memcpy(label, info.label, 32);
    return answer;
}

unsigned long cpkcs11_pin_tries(cpkcs11_module *module, unsigned long slot, enum cpkcs11_tries *tries) {
    CK_TOKEN_INFO info;
    *tries = CPKCS11_TRIES_LEFT;
    CK_RV answer = module->list->C_GetTokenInfo(slot, &info);
    if (answer != CKR_OK) return answer;
    if (info.flags & CKF_USER_PIN_FINAL_TRY) *tries = CPKCS11_FINAL_TRY;
    if (info.flags & CKF_USER_PIN_LOCKED) *tries = CPKCS11_LOCKED;
    return CKR_OK;
}

unsigned long cpkcs11_open_session(cpkcs11_module *module, unsigned long slot, int writes, unsigned long *session) {
    CK_SESSION_HANDLE handle = CK_INVALID_HANDLE;
    CK_RV answer = module->list->C_OpenSession(slot, CKF_SERIAL_SESSION | (writes ? CKF_RW_SESSION : 0), NULL, NULL, &handle);
    *session = handle;
    return answer;
}

void cpkcs11_close_session(cpkcs11_module *module, unsigned long session) { (void)module->list->C_CloseSession(session); }

unsigned long cpkcs11_login(cpkcs11_module *module, unsigned long session, const uint8_t *pin, size_t length) {
    CK_RV answer = module->list->C_Login(session, CKU_USER, (CK_UTF8CHAR_PTR)pin, length);
    return answer == CKR_USER_ALREADY_LOGGED_IN ? CKR_OK : answer;
}
