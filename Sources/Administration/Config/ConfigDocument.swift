import OpenIDConnect
import UserPools
import WireFormats

/// What a configuration document says, its fields known by name and by type; what is nil it says nothing of.
package struct ConfigDocument: Sendable {
    let pools: [Pool]

    /// The version of the format.
    package static let version = 1

    struct Pool: Sendable {
        let item: Item
        let region: String?
        let signingAlgorithm: String?
        let attributes: [Attribute]?
        /// All by which it signs.
        let signingAlgorithms: [Algorithm]?
        let resources: [Resource]?
        let providers: [Provider]?
        let clients: [Client]?
        let workloads: [Workload]?
    }

    struct Attribute: Sendable {
        let name: String
        let type: CustomAttribute.Kind?
        let multivalued: Bool?
        let places: ConfigPlaces
    }

    struct Algorithm: Sendable {
        let algorithm: SigningAlgorithm
        let place: ConfigPlace?
    }

    struct Resource: Sendable {
        let uri: String
        let scopes: [String]?
        let places: ConfigPlaces
    }

    struct Provider: Sendable {
        enum Kind: String, Sendable, CaseIterable { case oidc, saml, federation }

        let item: Item
        let kind: Kind
        /// Of `client_secret` and `client_key`.
        let secrets: [Secret]
        let initiated: Initiated?
    }

    /// Of a SAML provider that may begin sign-ins itself.
    struct Initiated: Sendable {
        let isAllowed: Bool?
        /// Where they go on, by `client_id` or by `client_name`.
        let client: String?
        let place: ConfigPlace?
    }

    struct Client: Sendable {
        let item: Item
        let isConfidential: Bool
        let secret: Secret?
    }

    struct Secret: Sendable {
        let name: String
        let reference: ConfigReference
        /// nil where secrets are not looked at.
        let bytes: SecretBytes?
        let place: ConfigPlace?
    }

    struct Workload: Sendable {
        let name: String
        let issuer: String
        let subject: String
        /// By `client_id` or by `client_name`.
        let client: String
        /// `absent` takes it away.
        let keySetURL: ConfigSetting?
        let keySet: ConfigSetting?
        let mayRepeat: Bool?
        let places: ConfigPlaces
    }

    /// Something with a name, and what is said of it.
    struct Item: Sendable {
        /// nil where it is named by its identifier alone.
        let name: String?
        /// As it was given when it was made.
        let id: String?
        let places: ConfigPlaces
        /// How a sentence calls it.
        let words: String
        let entries: [ConfigEntry]

        var place: ConfigPlace? { places.thing }
        var shownName: String { name ?? id ?? "" }
        func entry(_ name: String) -> ConfigEntry? { entries.first { $0.name == name } }

        /// Why an act would refuse it, each reason at its field.
        /// - Parameter names: the fields that are to blame where the reason names none.
        func refusal(_ error: AdministrationError, at names: String...) -> ConfigError { places.refusal(error, of: words, at: names) }
    }
}
