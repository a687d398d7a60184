internal import CPKCS11

/// The functions of a loaded module, each of which throws what it answered.
///
/// `@unchecked Sendable`: the module is loaded once and never unloaded, and was told that many threads call it (CKF_OS_LOCKING_OK).
struct Library: @unchecked Sendable {
    typealias Handle = UInt

    private let module: OpaquePointer

    /// nil, and why in `reason`.
    init?(path: String, reason: inout String) {
        var text = [CChar](repeating: 0, count: 512)
        guard let module = cpkcs11_load(path, &text, text.count) else {
            reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return nil
        }
        self.module = module
    }

    private func call(_ name: String, _ function: () -> UInt) throws(CallFailure) {
        let value = function()
        guard value == 0 else { throw CallFailure(call: name, value: value) }
    }

    func initialize() throws(CallFailure) { try call("C_Initialize") { cpkcs11_initialize(module) } }
    /// Nobody may be in another call.
    func finalize() { cpkcs11_finalize(module) }

    func slots() throws(CallFailure) -> [Handle] {
        var (slots, count) = ([Handle](repeating: 0, count: 256), 0)
        try call("C_GetSlotList") { cpkcs11_slots(module, &slots, slots.count, &count) }
        return Array(slots.prefix(count))
    }

    /// Without the blanks that fill it up.
    func label(of slot: Handle) throws(CallFailure) -> [UInt8] {
        var label = [UInt8](repeating: 0x20, count: 32)
        try call("C_GetTokenInfo") { cpkcs11_token_label(module, slot, &label) }
        while label.last == 0x20 || label.last == 0 { label.removeLast() }
        return label
    }

    /// The flag that says why no PIN is tried at the token; nil where one may be.
    func pinBar(of slot: Handle) throws(CallFailure) -> String? {
        var tries = CPKCS11_TRIES_LEFT
        try call("C_GetTokenInfo") { cpkcs11_pin_tries(module, slot, &tries) }
        if tries == CPKCS11_LOCKED { return "CKF_USER_PIN_LOCKED" }
        return tries == CPKCS11_FINAL_TRY ? "CKF_USER_PIN_FINAL_TRY" : nil
    }

    func open(_ slot: Handle, writes: Bool = false) throws(CallFailure) -> Handle {
        var session: Handle = 0
        try call("C_OpenSession") { cpkcs11_open_session(module, slot, writes ? 1 : 0, &session) }
        return session
    }

    func close(_ session: Handle) { cpkcs11_close_session(module, session) }

    func login(_ pin: [UInt8], _ session: Handle) throws(CallFailure) { try call("C_Login") { cpkcs11_login(module, session, pin, pin.count) } }

    func generate(_ kind: cpkcs11_kind, id: [UInt8], _ session: Handle) throws(CallFailure) -> (publicKey: Handle, privateKey: Handle) {
        var keys: (Handle, Handle) = (0, 0)
        try call("C_GenerateKeyPair") { cpkcs11_generate(module, session, kind, id, id.count, &keys.0, &keys.1) }
        return keys
    }

    func publicValue(_ key: Handle, _ kind: cpkcs11_kind, _ session: Handle) throws(CallFailure) -> (first: [UInt8], second: [UInt8]) {
        var (first, second) = ([UInt8](repeating: 0, count: 1024), [UInt8](repeating: 0, count: 16))
        var (firstLength, secondLength) = (first.count, second.count)
        try call("C_GetAttributeValue") { cpkcs11_public_value(module, session, key, kind, &first, &firstLength, &second, &secondLength) }
        return (Array(first.prefix(firstLength)), Array(second.prefix(secondLength)))
    }

    func name(_ object: Handle, id: [UInt8], label: String, _ session: Handle) throws(CallFailure) {
        let label = Array(label.utf8)
        try call("C_SetAttributeValue") { cpkcs11_name(module, session, object, id, id.count, label, label.count) }
    }

    func find(private isPrivate: Bool, id: [UInt8], _ session: Handle) throws(CallFailure) -> [Handle] {
        var (keys, count) = ([Handle](repeating: 0, count: 8), 0)
        try call("C_FindObjects") { cpkcs11_find(module, session, isPrivate ? 1 : 0, id, id.count, &keys, keys.count, &count) }
        return Array(keys.prefix(count))
    }

    /// Whether it signs and does nothing else, and nobody reads it.
    func isConfined(_ key: Handle, _ session: Handle) throws(CallFailure) -> Bool {
        var isConfined: Int32 = 0
        try call("C_GetAttributeValue") { cpkcs11_is_confined(module, session, key, &isConfined) }
        return isConfined == 1
    }

    func sign(_ data: [UInt8], by key: Handle, _ mechanism: cpkcs11_mechanism, _ session: Handle) throws(CallFailure) -> [UInt8] {
        var (signature, length) = ([UInt8](repeating: 0, count: 1024), 1024)
        try call("C_Sign") { cpkcs11_sign(module, session, key, mechanism, data, data.count, &signature, &length) }
        return Array(signature.prefix(length))
    }

    func destroy(_ object: Handle, _ session: Handle) throws(CallFailure) {
        try call("C_DestroyObject") { cpkcs11_destroy(module, session, object) }
    }
}
