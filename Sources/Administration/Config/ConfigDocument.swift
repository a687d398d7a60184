import UserPools

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
        let resources: [Resource]?
        let providers: [Provider]?
        let clients: [Client]?
    }

    struct Attribute: Sendable {
        let name: String
        let type: CustomAttribute.Kind
        let multivalued: Bool
        let place: ConfigPlace?
    }

    struct Resource: Sendable {
        let uri: String
        let scopes: [String]?
        let place: ConfigPlace?
    }

    struct Provider: Sendable {
        let item: Item
        /// Of `client_secret` and `client_key`.
        let secrets: [Secret]

        struct Secret: Sendable {
            let name: String
            let reference: ConfigReference
            let place: ConfigPlace?
        }
    }

    struct Client: Sendable {
        let item: Item
        let isConfidential: Bool
    }

    /// Something with a name, and what is said of it.
    struct Item: Sendable {
        /// nil where it is named by its identifier alone.
        let name: String?
        /// As it was given when it was made.
        let id: String?
        let place: ConfigPlace?
        /// How a sentence calls it.
        let words: String
        let entries: [ConfigEntry]

        var shownName: String { name ?? id ?? "" }
        func entry(_ name: String) -> ConfigEntry? { entries.first { $0.name == name } }
    }
}
