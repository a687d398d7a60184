/// What came of asking for a member that comes by a query of its own (MDQ).
package enum MemberFetch: Sendable, Hashable {
    /// It is kept, and counts from now on.
    case kept
    /// The service has none of that name, or what it has is refused here.
    case absent
    /// The service could not be asked, or too many are asked for: nobody knows.
    case unavailable
}
