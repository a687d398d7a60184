import Administration

extension Field {
    /// What the command line calls it: an option, or the word that stands for an argument.
    var option: String {
        switch self {
        case .name: "NAME"
        case .newName: "--name"
        case .keyIdentifier: "KID"
        case .resource: "URI"
        case .addedAlgorithm: "ALGORITHM"
        case .metadata: "--metadata-file"
        case .clientSecret: "--client-secret-file"
        case .clientKey: "--client-key-file"
        case .clientAuthentication: "--client-authentication"
        case .validFor: "--for"
        case .logoutURI: "--logout-uri"
        case .clientResource: "--resource"
        case .offeredProvider: "--idp"
        case .jwks: "--jwks-file"
        case .clientCertificate: "--tls-certificate-file"
        case .grant: "--grant"
        case .require: "--require"
        case .emailDomain: "--domain"
        case .authorizationURL: "--authorization-url"
        case .tokenURL: "--token-url"
        case .userInfoURL: "--userinfo-url"
        case .keysURL: "--keys-url"
        case .endSessionURL: "--end-session-url"
        default: "--" + rawValue.replacing("_", with: "-")
        }
    }
}

extension Problem {
    /// As a sentence of the command line.
    var commandText: String { text { isRemoval && $0 == field ? "--remove-" + $0.option.dropFirst(2) : $0.option } }

    var commandRemedy: String {
        remedy(
            \.option,
            give: { given in
                let value = Shell.quoted(given.value)
                switch given.field {
                case .name, .keyIdentifier, .resource, .addedAlgorithm: return value
                // Given again, a list would lose what is in it.
                case let field where isChange && field.isList: return "--add-" + field.option.dropFirst(2) + " " + value
                case let field: return field.option + " " + value
                }
            })
    }
}

enum Shell {
    /// As a word of a POSIX shell (XCU §2.2.2).
    static func quoted(_ word: String) -> String {
        let harmless = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.,:/@%+=".utf8)
        if !word.isEmpty, word.utf8.allSatisfy(harmless.contains) { return word }
        return "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
