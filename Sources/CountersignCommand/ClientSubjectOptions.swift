import Administration
import ArgumentParser
import UserPools

/// What people are called at a client.
struct ClientSubjectOptions: ParsableArguments {
    enum Kind: String, ExpressibleByArgument, CaseIterable { case `public`, pairwise }

    @Option(
        help: ArgumentHelp(
            "public (the default), or pairwise: sub is another at each sector. A change makes everybody somebody else at this app.",
            valueName: "TYPE"))
    var subjectType: Kind?
    @Option(
        name: .customLong("sector-identifier-uri"),
        help: ArgumentHelp("Names the redirect URIs of all apps that share their pairwise sub; 'none' takes it away.", valueName: "URL"))
    var sectorIdentifierURI: String?

    var given: ClientSubjectSettings {
        var settings = ClientSubjectSettings()
        settings.isPairwise = subjectType.map { $0 == .pairwise }
        settings.sectorIdentifierURI = change(sectorIdentifierURI)
        return settings
    }

    var isEmpty: Bool { subjectType == nil && sectorIdentifierURI == nil }
}

extension AppClient {
    /// For people.
    var subjectWords: String? {
        switch sector {
        case .host(let host)?: "pairwise, of the sector \(host)"
        case .client?: "pairwise, of this app alone"
        case nil: nil
        }
    }
}
