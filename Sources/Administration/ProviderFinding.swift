package import FoundationEssentials
package import Gateway
package import SAML
package import UserPools

/// What is wrong with a provider as it is registered, or will be before long.
package enum ProviderFinding: Diagnosable, Equatable {
    /// Whether people are refused for it, or should be.
    package enum Severity: String, Sendable { case blocking, nonBlocking = "non_blocking" }

    // metadata, registered or in a file
    case metadata(SAMLError)
    case metadataEnded(at: Date)
    case metadataEnds(at: Date)
    case unsignedAggregate
    case weakKey(String, sha256: String)
    case certificateEnded(sha256: String, at: Date)
    case certificateEnds(sha256: String, at: Date)
    case plainHTTP(String)
    case noSingleLogout
    /// Of a federation's document.
    case membersLeftOut(Int, of: Int, first: String?)
    // what is registered beside it
    case metadataByHand
    case exceptionEnded(SAMLExceptions.Quirk, at: Date)
    case exceptionEnds(SAMLExceptions.Quirk, at: Date)
    case exceptionWithoutDate(SAMLExceptions.Quirk)
    case nothingMapped
    /// Of so many people who signed in by the provider, at most a hundred of which were looked at, nobody has it.
    case neverSeen(attribute: String, sources: [String], people: Int)

    package var severity: Severity {
        switch self {
        case .metadata, .metadataEnded, .unsignedAggregate, .weakKey, .plainHTTP, .exceptionEnded: .blocking
        case .metadataEnds, .certificateEnded, .certificateEnds, .noSingleLogout, .membersLeftOut, .metadataByHand, .exceptionEnds,
            .exceptionWithoutDate,
            .nothingMapped, .neverSeen:
            .nonBlocking
        }
    }

    package var code: String {
        switch self {
        case .metadata(let error): error.code
        case .metadataEnded: "lint.metadata_ended"
        case .metadataEnds: "lint.metadata_ends"
        case .unsignedAggregate: "lint.unsigned_aggregate"
        case .weakKey: "lint.weak_key"
        case .certificateEnded: "lint.certificate_ended"
        case .certificateEnds: "lint.certificate_ends"
        case .plainHTTP: "lint.plain_http"
        case .noSingleLogout: "lint.no_single_logout"
        case .membersLeftOut: "lint.members_left_out"
        case .metadataByHand: "lint.metadata_by_hand"
        case .exceptionEnded: "lint.exception_ended"
        case .exceptionEnds: "lint.exception_ends"
        case .exceptionWithoutDate: "lint.exception_without_date"
        case .nothingMapped: "lint.nothing_mapped"
        case .neverSeen: "lint.never_seen"
        }
    }

    package var message: String {
        switch self {
        case .metadata(let error): error.message
        case .metadataEnded(let end): "The metadata was valid until \(SAMLInstant.format(end)); what it says is used on, and may be out of date."
        case .metadataEnds(let end): "The metadata is valid until \(SAMLInstant.format(end))."
        case .unsignedAggregate: "The document describes several entities, and nobody has signed it."
        case .weakKey(let key, let sha256): "The certificate \(sha256) has a key that is too weak: \(key)."
        case .certificateEnded(let sha256, let end):
            "The certificate \(sha256) ended at \(SAMLInstant.format(end)). Its key counts on; the provider will change it some day."
        case .certificateEnds(let sha256, let end): "The certificate \(sha256) ends at \(SAMLInstant.format(end)): expect another one."
        case .plainHTTP: "People are sent to an address without https, where anybody on the way reads along."
        case .noSingleLogout: "The metadata has no single logout service: whoever signs out here stays signed in at the provider."
        case .membersLeftOut(let count, let all, _): "\(count) of the \(all) identity providers in the document cannot be used."
        case .metadataByHand: "The metadata came as a file: a new certificate of the provider's is not seen until somebody gives it."
        case .exceptionEnded(let quirk, let end):
            "The exception '\(quirk.rawValue)' ended at \(SAMLInstant.format(end)): what it let through is refused."
        case .exceptionEnds(let quirk, let end): "The exception '\(quirk.rawValue)' ends at \(SAMLInstant.format(end))."
        case .exceptionWithoutDate(let quirk): "The exception '\(quirk.rawValue)' has no date on which it ends."
        case .nothingMapped: "No attribute is mapped: apps learn nothing of the people but a name for each."
        case .neverSeen(let attribute, let sources, let people):
            "Of \(people) people who signed in by this provider nobody has '\(attribute)', which is mapped from \(sources.joined(separator: ", "))."
        }
    }

    package var expected: String? { if case .metadata(let error) = self { error.expected } else { nil } }
    package var seen: String? {
        switch self {
        case .metadata(let error): error.seen
        case .plainHTTP(let address): address
        case .membersLeftOut(_, _, let first): first
        default: nil
        }
    }

    package var remedy: String {
        switch self {
        case .metadata(let error): error.remedy
        case .metadataEnded, .metadataEnds: "Read the provider's current metadata; if that ends as soon, ask its admin to renew it."
        case .unsignedAggregate: "Take a signed document, or the metadata of the one provider from its own address."
        case .weakKey: "Have the provider change to a key of at least 2048 bits (RSA) or to P-256, then read its metadata again."
        case .certificateEnded, .certificateEnds:
            "Ask the provider's admin when the certificate changes, and have the metadata followed by its address, or give the new one before that day."
        case .plainHTTP: "Have the provider publish an https address, then read its metadata again."
        case .noSingleLogout: "If people are to be signed out there too, have the provider switch single logout on and read its metadata again."
        case .membersLeftOut: "Ask for one of them by its entity ID to see why; the others can be used. Its operator is who can mend it."
        case .metadataByHand: "Give the address of the metadata, if the provider has one."
        case .exceptionEnded, .exceptionEnds:
            "Have the provider do as the standard says, and end the exception; if it needs more time, give a later date."
        case .exceptionWithoutDate: "Give it a date."
        case .nothingMapped: "Map the attributes that apps need, by the names that the provider sends."
        case .neverSeen:
            "Compare the names with those that the provider sends, in the log of a refused sign-in or in a captured message; then map the right one."
        }
    }

    package var acts: [Remedy] {
        switch self {
        case .metadata(let error): error.acts
        case .metadataEnded, .metadataEnds, .weakKey, .plainHTTP, .noSingleLogout, .certificateEnded, .certificateEnds:
            [.refreshProvider, .replaceMetadata]
        case .metadataByHand: [.followMetadata]
        case .exceptionEnded(let quirk, _), .exceptionEnds(let quirk, _), .exceptionWithoutDate(let quirk): [.allow(quirk)]
        case .nothingMapped: [.mapAttribute(nil)]
        case .neverSeen(let attribute, _, _): [.mapAttribute(attribute)]
        case .unsignedAggregate, .membersLeftOut: []
        }
    }
}
