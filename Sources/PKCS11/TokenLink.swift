internal import OpenIDConnect
internal import Synchronization

/// A login at one token, from one initialization of the module to its end.
final class TokenLink: Sendable {
    let library: Library
    let slot: Library.Handle
    /// Of the link, among those that this process had.
    let number: Int
    /// Keys that were found, by `kid`. Their handles are the same in all sessions.
    private let keys = Mutex<[String: Library.Handle]>([:])

    /// The module is initialized, and is so no more where this throws.
    init(_ library: Library, number: Int, label: String, pin: [UInt8]) throws(LinkFailure) {
        (self.library, self.number) = (library, number)
        try calling { () throws(CallFailure) in try library.initialize() }
        do throws(LinkFailure) {
            slot = try Self.slot(of: label, library)
            let slot = slot
            // Each start tries once: the last try is for who types the PIN.
            let bar = try calling { () throws(CallFailure) in try library.pinBar(of: slot) }
            if let bar { throw .refused(.pin(answer: bar)) }
            // Its session stays open: the login is the process's as long as one of its sessions is.
            try calling { () throws(CallFailure) in try library.login(pin, try library.open(slot)) }
        } catch {
            library.finalize()
            throw error
        }
    }

    private static func slot(of label: String, _ library: Library) throws(LinkFailure) -> Library.Handle {
        let slots = try calling { () throws(CallFailure) in try library.slots() }
        // A token that says nothing of itself is not the one.
        let found = slots.compactMap { slot in (try? library.label(of: slot)).map { (slot: slot, label: $0) } }
        let fitting = found.filter { $0.label == Array(label.utf8) }
        guard let slot = fitting.first?.slot, fitting.count == 1 else {
            throw .refused(.token(label: label, found: found.map { String(decoding: $0.label, as: UTF8.self) }))
        }
        return slot
    }

    subscript(keyID: String) -> Library.Handle? {
        get { keys.withLock { $0[keyID] } }
        set { keys.withLock { $0[keyID] = newValue } }
    }
}

/// Why a call, or what is done with several, came to nothing.
enum LinkFailure: Error {
    case call(CallFailure)
    case refused(SecurityModuleError)
}

func calling<Value>(_ body: () throws(CallFailure) -> Value) throws(LinkFailure) -> Value {
    do { return try body() } catch { throw .call(error) }
}
