package import FoundationEssentials

/// Why a store could not do what it was asked.
package enum StoreError: Error, Equatable, Sendable {
    /// Something of that name is there already: `what` says which ("client", "identity provider corp"), and `first` who was first.
    case conflict(what: String, first: EarlierChange? = nil)
    /// The database did not answer, is full, locked or read-only; nothing of the call was done, unless it is `outcomeUnknown`.
    case unavailable(reason: String)
    /// A stored row does not read as what it should be.
    case corrupt(what: String)
    /// Whoever does it has no right to it any more, or would have none afterwards (`HeldRight`).
    case rightLost

    /// Whether the database refused: nothing of the call was done, and nothing will be.
    package var isRefusal: Bool {
        switch self {
        case .conflict, .rightLost: true
        case .unavailable, .corrupt: false
        }
    }

    /// Either all of the call was done or nothing: whoever does it again may do it twice.
    package static let outcomeUnknown = StoreError.unavailable(reason: "the connection was lost while the transaction was being committed")
}

/// Who changed something before somebody else could.
package struct EarlierChange: Sendable, Hashable {
    package let actor: Actor
    package let action: AuditEvent.Action
    package let at: Date

    package init(_ event: AuditEvent) { (actor, action, at) = (event.actor, event.action, event.at) }
}

/// What a change was made of, and what it made: both as they were in its transaction.
package struct Changed<Value: Sendable>: Sendable {
    package let before: Value
    package let after: Value

    package init(before: Value, after: Value) { (self.before, self.after) = (before, after) }
}

/// Why a change was not made; nothing of it was written.
package enum ChangeError<Refusal: Error & Sendable>: Error, Sendable {
    /// The function that makes the change threw this.
    case refused(Refusal)
    case store(StoreError)
}

extension ChangeError where Refusal == Never {
    package var storeError: StoreError {
        switch self {
        case .store(let error): error
        }
    }
}
