/// Fetches of one document that are under way: who asks for the same meanwhile gets the same answer (THREATS §1.3).
actor SharedFetches {
    typealias Outcome = Result<OutgoingClient.Reply, OutgoingError>

    private var underWay: [String: Task<Outcome, Never>] = [:]

    /// - Parameter key: what makes two requests one: the address and the limit.
    func reply(_ key: String, _ fetch: @escaping @Sendable () async -> Outcome) async -> Outcome {
        if let task = underWay[key] { return await task.value }
        // Not a child of the first caller: its end must not be the others'.
        let task = Task { await fetch() }
        underWay[key] = task
        let outcome = await task.value
        underWay[key] = nil
        return outcome
    }
}
