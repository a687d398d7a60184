import Administration
import ArgumentParser

/// How a SAML provider's metadata keeps itself fresh.
struct MetadataFollowingOptions: ParsableArguments {
    @Flag(
        name: .customLong("follow-metadata"), inversion: .prefixedNo,
        help: "Have the server fetch the metadata from its URL again by itself; on where a URL is given.")
    var followsMetadata: Bool?
    @Option(
        name: .customLong("metadata-signer"),
        help: ArgumentHelp("Take only metadata that is signed by this certificate or public key (PEM); may be repeated.", valueName: "FILE"))
    var signers: [String] = []
    @Flag(name: .customLong("no-metadata-signer"), help: "Take metadata that nobody signed.") var needsNoSigner = false

    func validate() throws {
        guard signers.isEmpty || !needsNoSigner else { throw ValidationError("Give --metadata-signer or --no-metadata-signer, not both.") }
    }

    var isEmpty: Bool { followsMetadata == nil && signers.isEmpty && !needsNoSigner }

    func given() throws(InputError) -> MetadataFollowingSettings {
        var settings = MetadataFollowingSettings()
        settings.isOn = followsMetadata
        if needsNoSigner { settings.signers = [] }
        if !signers.isEmpty {
            settings.signers = try signers.map { file throws(InputError) in try InputFile.read(file, limit: 65_536) }
        }
        return settings
    }
}
