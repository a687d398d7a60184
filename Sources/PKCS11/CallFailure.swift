internal import CPKCS11

/// A function of the module that did not answer with CKR_OK.
struct CallFailure: Error, Sendable, Equatable {
    let call: String
    /// CK_RV.
    let value: UInt

    /// The standard's name, CKR_DEVICE_REMOVED for example; a vendor's own answer is a number.
    var name: String { cpkcs11_name_of(value).map { String(cString: $0) } ?? "0x" + String(value, radix: 16) }

    /// The connection is not what it was: the device or its session, login or library state is gone.
    var isLost: Bool {
        [
            "CKR_SESSION_HANDLE_INVALID", "CKR_SESSION_CLOSED", "CKR_DEVICE_REMOVED", "CKR_DEVICE_ERROR", "CKR_TOKEN_NOT_PRESENT",
            "CKR_TOKEN_NOT_RECOGNIZED", "CKR_USER_NOT_LOGGED_IN", "CKR_CRYPTOKI_NOT_INITIALIZED", "CKR_GENERAL_ERROR", "CKR_FUNCTION_FAILED",
            "CKR_FUNCTION_CANCELED", "CKR_SLOT_ID_INVALID", "CKR_HOST_MEMORY", "CKR_OPERATION_ACTIVE",
        ].contains(name)
    }

    /// The key is another number by now, or is gone.
    var isOfHandle: Bool { ["CKR_KEY_HANDLE_INVALID", "CKR_OBJECT_HANDLE_INVALID"].contains(name) }

    var isOfPIN: Bool {
        ["CKR_PIN_INCORRECT", "CKR_PIN_INVALID", "CKR_PIN_LEN_RANGE", "CKR_PIN_EXPIRED", "CKR_PIN_LOCKED", "CKR_USER_PIN_NOT_INITIALIZED"].contains(
            name)
    }

    var isOfAlgorithm: Bool {
        [
            "CKR_MECHANISM_INVALID", "CKR_MECHANISM_PARAM_INVALID", "CKR_DOMAIN_PARAMS_INVALID", "CKR_CURVE_NOT_SUPPORTED", "CKR_KEY_SIZE_RANGE",
        ].contains(name)
    }
}
