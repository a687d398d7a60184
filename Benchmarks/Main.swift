import ArgumentParser
import FoundationEssentials

/// What `scripts/bench` and `scripts/bench-growth` measure with: it prints JSON, the script makes the table.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures Countersign. Run scripts/bench, which calls this and prints a table.",
        subcommands: [
            InProcess.self, Load.self, Pages.self, Requests.self, Metadata.self, Growth.self, Deletion.self, FederationSearch.self,
            Aggregate.self, MetadataQuery.self,
        ])
}

/// `Benchmarks metadata`: what the gateway must know of the identity provider that the load client plays.
struct Metadata: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints the SAML metadata of the identity provider that the load client plays.")
    @Option(help: "The folder with the development keys.") var certs = "certs"

    func run() throws { print(try IdentityProvider(certs: certs, key: .rsa).metadata) }
}

func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// Ends the program with a sentence.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
