import Gateway
import UserPools

extension IdentityProvider {
    /// What holds for a federation beside what holds for every provider: its members speak for themselves alone (decision 0059).
    func requireFederationLimits() throws(AdministrationError) {
        guard case .federation = kind else { return }
        if let rule = attributeMapping.rules.first(where: { !FederationRules.mayMap($0) }) {
            throw .invalid(
                .map, "\(rule.attribute)=\(rule.source)",
                "would let every member put its people into the pool's groups; values with a domain will do",
                example: .give(.map, "groups=urn:oid:1.3.6.1.4.1.5923.1.1.1.9"))
        }
        if let domain = domains.first {
            throw .invalid(
                .emailDomain, domain, "cannot be a federation's: each member speaks for the domains that are registered for it",
                example: .words("leave it out"))
        }
    }
}
