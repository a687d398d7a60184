import UserPools

/// What an admin changes of a pool's limits (`RateLimits`).
package struct RateLimitChanges: Sendable {
    package var perAddress: Change<Int> = .keep
    package var perClient: Change<Int> = .keep
    package var perUser: Change<Int> = .keep

    package init() {}

    func require() throws(AdministrationError) {
        var problems = ProblemList()
        for (field, change) in [(Field.limitPerAddress, perAddress), (.limitPerClient, perClient), (.limitPerUser, perUser)] {
            try problems.check(try Self.require(change, field))
        }
        try problems.refuse()
    }

    private static func require(_ change: Change<Int>, _ field: Field) throws(AdministrationError) {
        guard case .set(let number) = change, !RateLimits.range.contains(number) else { return }
        let (least, most) = (RateLimits.range.lowerBound, RateLimits.range.upperBound)
        throw .invalid(field, String(number), "is not between \(least) and \(most)", example: .give(field, "600"))
    }

    func apply(to settings: inout PoolSettings) {
        var limits = settings.rateLimits ?? RateLimits()
        limits.perAddress = perAddress.applied(to: limits.perAddress)
        limits.perClient = perClient.applied(to: limits.perClient)
        limits.perUser = perUser.applied(to: limits.perUser)
        settings.rateLimits = limits == RateLimits() ? nil : limits
    }
}
