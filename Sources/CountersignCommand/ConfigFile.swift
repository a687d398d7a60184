import Administration
import ArgumentParser
import FoundationEssentials
import WireFormats

/// What only looks, and so needs no secret.
struct ConfigLook: ParsableArguments {
    @OptionGroup var document: ConfigFile
    @Flag(help: "Do not read secrets, nor compare them: where there are none, as in CI.") var withoutSecrets = false
    @OptionGroup var shared: SharedOptions

    func plan() async throws -> ConfigPlan {
        let wanted = try document.read(opensSecrets: !withoutSecrets)
        return try await Composition.with(shared) { composition in try await document.plan(wanted, composition) }
    }
}

/// The file, and what of it counts.
struct ConfigFile: ParsableArguments {
    @Argument(help: "The file, in YAML or JSON; '-' is standard input.") var file: String
    @Flag(help: "Delete what a list of the file does not have: clients, providers and so on.") var prune = false

    /// - Parameter opensSecrets: whether secrets are read, too.
    func read(opensSecrets: Bool = true) throws -> ConfigDocument {
        let references = ConfigReferences(opensSecrets: opensSecrets) { [file] in try Self.open($0, from: file) }
        do {
            return try ConfigDocument(try ConfigYAML.read(try InputFile.read(file, limit: ConfigYAML.limit)), references)
        } catch let error as ConfigError { throw CommandFailure(error, in: file) }
    }

    func plan(_ document: ConfigDocument, _ composition: Composition) async throws -> ConfigPlan {
        do throws(ConfigError) {
            return try await composition.administration.plan(document, deletes: prune)
        } catch { throw CommandFailure(error, in: file) }
    }

    /// The largest of what a document refers to: metadata.
    private static let limit = 1 << 20

    /// A file is looked for beside the document, and below, where no link leads away either.
    private static func open(_ reference: ConfigReference, from document: String) throws -> [UInt8] {
        switch reference {
        case .file(let path):
            guard !ProtocolText(path).hasPrefix("/") else { return try InputFile.readRegular(path, limit: limit) }
            let folder = folder(of: document)
            let (found, root) = (try InputFile.resolved(InputFile.absolute(path, folder: folder)), try InputFile.resolved(folder))
            guard found.utf8.starts(with: (root.hasSameBytes(as: "/") ? root : root + "/").utf8) else {
                throw ConfigReferenceError.outside(path)
            }
            return try InputFile.readRegular(found, limit: limit)
        case .environment(let name):
            guard let value = ProcessInfo.processInfo.environment[name] else { throw ConfigReferenceError.notSet(name) }
            return Array(value.utf8)
        }
    }

    private static func folder(of document: String) -> String {
        guard document != "-" else { return FileManager.default.currentDirectoryPath }
        let path = InputFile.absolute(document)
        // With the slash, which alone is a folder too.
        return String(decoding: path.utf8[...(path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.utf8.startIndex)], as: UTF8.self)
    }
}
