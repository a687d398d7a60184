import Configuration
import Gateway
import TokenVerifier
import WireFormats

/// A setting of the configuration: its key in the file, its flag, its environment variable.
enum Setting: String, CaseIterable, Hashable, Sendable {
    case listen
    case metricsListen = "metrics_listen"
    case publicURL = "public_url"
    case database
    case masterKeyFile = "master_key_file"
    case tlsCertificate = "tls_certificate"
    case tlsKey = "tls_key"
    case trustedProxy = "trusted_proxy"
    case clientCertificateHeader = "client_certificate_header"
    case clientCertificateAuthorities = "client_certificate_authorities"
    case mtlsListen = "mtls_listen"
    case mtlsURL = "mtls_url"
    case pkcs11Module = "pkcs11_module"
    case pkcs11Token = "pkcs11_token"
    case pkcs11PINFile = "pkcs11_pin_file"
    case consolePool = "console_pool"
    case consoleGroup = "console_group"
    case consoleACR = "console_acr"
    case verifyTwice = "verify_twice"
    case otlpEndpoint = "otlp_endpoint"
    case otlpHeadersFile = "otlp_headers_file"
    case traceSample = "trace_sample"
    case traceFromProxy = "trace_from_proxy"
    case development
    case logLevel = "log_level"
    case logFormat = "log_format"

    var flag: String { "--" + rawValue.replacing("_", with: "-") }
    var variable: String { "COUNTERSIGN_" + rawValue.uppercased() }

    /// As it is given to a command.
    var usage: String {
        switch self {
        case .verifyTwice, .traceFromProxy, .development: flag
        default: "\(flag) \(example)"
        }
    }

    var example: String {
        switch self {
        case .listen: "127.0.0.1:8080"
        case .metricsListen: "127.0.0.1:9464"
        case .publicURL: "https://id.example.com"
        case .database: "sqlite:/var/lib/countersign/countersign.db"
        case .masterKeyFile: "/etc/countersign/master-key"
        case .tlsCertificate: "/etc/countersign/certificate.pem"
        case .tlsKey: "/etc/countersign/key.pem"
        case .trustedProxy: "10.0.0.0/8"
        case .clientCertificateHeader: "Client-Cert"
        case .clientCertificateAuthorities: "/etc/countersign/client-authorities.pem"
        case .mtlsListen: "0.0.0.0:8443"
        case .mtlsURL: "https://mtls.id.example.com"
        case .pkcs11Module: "/usr/lib/softhsm/libsofthsm2.so"
        case .pkcs11Token: "countersign"
        case .pkcs11PINFile: "/etc/countersign/hsm-pin"
        case .consolePool: "local_4fGh2kQ9x"
        case .consoleGroup: "admins"
        case .consoleACR: "urn:example:strong"
        case .verifyTwice, .traceFromProxy, .development: "true"
        case .otlpEndpoint: "http://127.0.0.1:4318"
        case .otlpHeadersFile: "/etc/countersign/otlp-headers"
        case .traceSample: "0.1"
        case .logLevel: "info"
        case .logFormat: "json"
        }
    }
}

/// The values that were given: by a flag, else by the environment, else by the configuration file.
struct GivenSettings {
    private let sources: [(name: (Setting) -> String, reader: ConfigReader)]
    private let all: ConfigReader

    init(flags: [Setting: String], environment: [String: String], file: (name: String, values: [Setting: String])?) {
        func memory(_ name: String, _ values: [Setting: String]) -> InMemoryProvider {
            InMemoryProvider(
                name: name,
                values: Dictionary(
                    uniqueKeysWithValues: values.map { (AbsoluteConfigKey([$0.key.rawValue]), ConfigValue(.string($0.value), isSecret: false)) }))
        }
        // A variable that is set to nothing is how compose files and units leave one out.
        let variables = EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty })
            .prefixKeys(with: ["countersign"])
        let (given, filed) = (memory("flags", flags), memory("file", file?.values ?? [:]))
        let fileName = file?.name ?? ""
        sources = [
            ({ $0.flag }, ConfigReader(provider: given)), ({ $0.variable }, ConfigReader(provider: variables)),
            ({ "\($0.rawValue) in \(fileName)" }, ConfigReader(provider: filed)),
        ]
        all = ConfigReader(providers: [given, variables, filed])
    }

    subscript(setting: Setting) -> String? { all.string(forKey: ConfigKey([setting.rawValue])) }

    /// Where the value stands that counts, in the admin's words.
    func origin(of setting: Setting) -> String {
        sources.first { $0.reader.string(forKey: ConfigKey([setting.rawValue])) != nil }?.name(setting) ?? setting.flag
    }
}

/// The configuration file: one JSON object with the settings' keys.
enum ConfigurationFile {
    private static let limit = 64 << 10

    /// Reads what can be read; every problem is told.
    static func read(_ path: String) -> (values: [Setting: String], problems: [CommandFailure.Problem]) {
        let object: JSONObject
        let bytes: [UInt8]
        do { bytes = try InputFile.read(path, limit: limit) } catch {
            return ([:], [.init(code: error.code, message: "--config: " + error.message, remedy: error.remedy)])
        }
        do { object = try JSONParser.parseObject(bytes) } catch {
            let line = bytes.prefix(error.offset).count { $0 == UInt8(ascii: "\n") } + 1
            return (
                [:],
                [
                    .init(
                        code: "configuration.file",
                        message: "\(path.prefix(200)) is not one JSON object with every name once: \(error.reason), in line \(line).",
                        remedy: #"Write it so, for example: {"listen": "127.0.0.1:8080", "public_url": "https://id.example.com"}"#)
                ]
            )
        }
        var values: [Setting: String] = [:]
        var problems: [CommandFailure.Problem] = []
        for member in object.members {
            guard let setting = Setting(rawValue: member.name) else {
                problems.append(unknown(member.name, path))
                continue
            }
            guard let text = text(member.value) else {
                problems.append(
                    .init(
                        code: "configuration." + setting.rawValue, message: "\(setting.rawValue) in \(path.prefix(200)) is not a text.",
                        remedy: "For example: \"\(setting.rawValue)\": \"\(setting.example)\""))
                continue
            }
            values[setting] = absolute(text, of: setting, besides: path)
        }
        return (values, problems)
    }

    /// A file that is named without its folder is in the folder of this one, wherever a command is run.
    private static func absolute(_ text: String, of setting: Setting, besides path: String) -> String {
        guard path != "-", !text.isEmpty else { return text }
        let own = InputFile.absolute(path)
        let folder = String(decoding: own.utf8.prefix(upTo: own.utf8.lastIndex(of: UInt8(ascii: "/")) ?? own.utf8.endIndex), as: UTF8.self)
        return switch setting {
        case .database: DatabaseLocation(url: text, folder: folder).url
        case .masterKeyFile, .tlsCertificate, .tlsKey, .clientCertificateAuthorities, .pkcs11Module, .pkcs11PINFile, .otlpHeadersFile:
            InputFile.absolute(text, folder: folder)
        case .listen, .metricsListen, .publicURL, .trustedProxy, .clientCertificateHeader, .mtlsListen, .mtlsURL, .pkcs11Token, .consolePool,
            .consoleGroup, .consoleACR, .verifyTwice, .otlpEndpoint, .traceSample, .traceFromProxy, .development, .logLevel,
            .logFormat:
            text
        }
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .array: value.strings?.joined(separator: ",")
        case .null, .integer, .number, .object: nil
        }
    }

    private static func unknown(_ name: String, _ path: String) -> CommandFailure.Problem {
        let known = Setting.allCases.map(\.rawValue)
        let hint = Suggestion.nearest(to: name, in: known).map { "Did you mean '\($0)'? " } ?? ""
        return .init(
            code: "configuration.unknown_key", message: "\(path.prefix(200)) has the unknown key '\(name.prefix(100))'.",
            remedy: hint + "The keys are: " + known.joined(separator: ", ") + ".")
    }
}
