/// Why a store could not do what it was asked.
package enum StoreError: Error, Equatable, Sendable {
    /// Something of that name is there already: `what` says which ("client", "identity provider corp").
    case conflict(what: String)
    /// The database did not answer, is full, locked or read-only; nothing of the call was done.
    case unavailable(reason: String)
    /// A stored row does not read as what it should be.
    case corrupt(what: String)
}
