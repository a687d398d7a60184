import Foundation
import SAML
import TestSupport
import XMLSecurity

/// One service provider, one identity provider, one request, one moment.
struct Fixture {
    static let now = Date(timeIntervalSince1970: 1_800_000_000)
    static let requestID = "_5f0c6b1e9ad24c7f8e01"
    static let consumer = "https://id.example/local_4fGh2kQ9x/saml2/idpresponse"

    var identityProvider = FakeIdentityProvider()
    var serviceProvider = ServiceProvider.judgedByBoth(
        entityID: "https://id.example/local_4fGh2kQ9x/saml2/metadata", consumer: consumer, displayName: "Staff")
    var policy = AcceptancePolicy.strict
    var decryptionKeys: [DecryptionKey] = []
    var request = SAML.Expectation.ExpectedRequest.answer(to: requestID)
    var requestedForceAuthnAfter: Date?
    var maximumAuthenticationAge: TimeInterval?

    var expectation: SAML.Expectation {
        SAML.Expectation(
            identityProvider: identityProvider.identityProviderMetadata(at: Self.now), assertionConsumerService: Self.consumer, request: request,
            policy: policy, requestedForceAuthnAfter: requestedForceAuthnAfter, maximumAuthenticationAge: maximumAuthenticationAge)
    }

    func response(requestID: String? = requestID, _ configure: (inout FakeResponse) -> Void = { _ in }) -> [UInt8] {
        identityProvider.respond(
            requestID: requestID, acs: Self.consumer, audience: serviceProvider.entityID, at: Self.now, configure: configure)
    }

    func accept(_ response: [UInt8], at now: Date = now) throws(SAMLError) -> ValidatedAssertion {
        var serviceProvider = serviceProvider
        serviceProvider.decryptionKeys = decryptionKeys
        return try serviceProvider.accept(response, expecting: expectation, at: now)
    }

    /// The code of the refusal; nil where the response was accepted.
    func refusal(of response: [UInt8], at now: Date = now) -> String? {
        do {
            _ = try accept(response, at: now)
            return nil
        } catch {
            return error.code
        }
    }

    /// The code of the refusal of a response with one thing broken.
    func refusal(at now: Date = now, _ configure: (inout FakeResponse) -> Void) -> String? {
        refusal(of: response(configure), at: now)
    }
}

extension ServiceProvider {
    /// Of which both judges see every signature, also where the first refuses: if they disagreed, that would be the error.
    static func judgedByBoth(entityID: String, consumer: String, displayName: String? = nil) -> ServiceProvider {
        var serviceProvider = ServiceProvider(entityID: entityID, assertionConsumerServices: [consumer], displayName: displayName)
        serviceProvider.judges = .bothAlways
        return serviceProvider
    }
}

extension FakeResponse {
    /// Replaces text in the document before it is signed.
    mutating func replace(_ old: String, with new: String) {
        beforeSigning = { $0.replacingOccurrences(of: old, with: new) }
    }
}
