import Administration
import ArgumentParser
import Gateway
import UserPools

/// Where a federation's metadata comes from, who signs it, and which of its members are taken.
struct FederationOptions: ParsableArguments {
    @Option(name: .customLong("metadata-url"), help: ArgumentHelp("The address of the signed metadata of all members.", valueName: "URL"))
    var metadataURL: String?
    @Option(
        name: .customLong("mdq-url"),
        help: ArgumentHelp("Ask this metadata query service for one member at a time; the part before /entities/.", valueName: "URL"))
    var queryURL: String?
    @Option(help: ArgumentHelp("The signed metadata of all members as a file.", valueName: "FILE")) var metadataFile: String?
    @Option(
        name: .customLong("metadata-signer"),
        help: ArgumentHelp("Who signs it: the operator's certificate or public key (PEM); may be repeated.", valueName: "FILE"))
    var signers: [String] = []
    @Option(
        name: .customLong("registration-authority"),
        help: ArgumentHelp("Take only members that this one registered; may be repeated; '' takes all.", valueName: "URI"))
    var registrationAuthorities: [String] = []
    @Option(
        name: .customLong("entity-category"),
        help: ArgumentHelp("Take only members of this category; repeated, of all of them; '' takes all.", valueName: "URI"))
    var categories: [String] = []
    @Option(
        name: .customLong("entity-attribute"),
        help: ArgumentHelp("Take only members with this entity attribute; repeated, with all of them; '' takes all.", valueName: "NAME=VALUE"))
    var entityAttributes: [String] = []
    @Option(name: .customLong("include"), help: ArgumentHelp("Take only this member; may be repeated; '' takes all.", valueName: "ENTITY-ID"))
    var included: [String] = []
    @Option(name: .customLong("exclude"), help: ArgumentHelp("Leave this member out; may be repeated; '' leaves none out.", valueName: "ENTITY-ID"))
    var excluded: [String] = []
    @Option(
        help: ArgumentHelp(
            "Know people by this attribute (pairwise-id, subject-id, …) in place of the NameID; chosen before the first sign-in.",
            valueName: "ATTRIBUTE"))
    var subject: String?
    @OptionGroup var exceptions: SAMLExceptionOptions
    @OptionGroup(title: "Requests to the members") var requests: SAMLRequestOptions

    func validate() throws {
        guard [metadataURL, queryURL, metadataFile].compactMap(\.self).count <= 1 else {
            throw ValidationError("Give one of --metadata-url, --mdq-url and --metadata-file.")
        }
    }

    var isEmpty: Bool {
        [metadataURL, queryURL, metadataFile, subject].allSatisfy { $0 == nil }
            && [signers, registrationAuthorities, categories, entityAttributes, included, excluded].allSatisfy(\.isEmpty) && exceptions.isEmpty
            && requests.isEmpty
    }

    func given(_ common: ProviderOptions, _ lists: ProviderListOptions? = nil) throws(InputError) -> FederationSettings {
        var settings = FederationSettings()
        if let metadataURL { settings.source = .aggregate(metadataURL) }
        if let queryURL { settings.source = .query(queryURL) }
        if let metadataFile { settings.source = .file(try Self.spooled(metadataFile)) }
        if !signers.isEmpty { settings.signers = try signers.map { file throws(InputError) in try InputFile.read(file, limit: 65_536) } }
        func list(_ given: [String]) -> [String]? { given.isEmpty ? nil : given.filter { !$0.isEmpty } }
        settings.registrationAuthorities = list(registrationAuthorities)
        settings.categories = list(categories)
        settings.entityAttributes = list(entityAttributes)
        settings.included = list(included)
        settings.excluded = list(excluded)
        exceptions.apply(to: &settings.saml)
        settings.saml.subjectAttribute = subject
        settings.saml.singleLogout = common.logout.singleLogout
        settings.saml.requests = requests.given
        settings.saml.common = try common.given(lists)
        return settings
    }

    /// A file that may be larger than memory, and is read while it is looked at.
    static func spooled(_ path: String) throws(InputError) -> SpooledDocument {
        guard let document = SpooledDocument(path: path), document.read(at: 0, count: 1) != nil else {
            // What is wrong with it is told as of every other file.
            _ = try InputFile.read(path, limit: 0)
            throw .cannotRead(name: path, reason: "it cannot be read twice")
        }
        return document
    }
}
