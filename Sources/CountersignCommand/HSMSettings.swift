import ArgumentParser
import FoundationEssentials
import Gateway
import Glibc
import Logging
import OpenIDConnect
import PKCS11
import WireFormats

/// The hardware security module that the configuration names.
struct HSMSettings: Sendable {
    private enum PIN: Sendable {
        case file(String)
        case value(SecretBytes)
    }

    /// For who has no file; no option and no key of the configuration file says it, for others could read them.
    static let variable = "COUNTERSIGN_PKCS11_PIN"

    let module: String
    let token: String
    private let pin: PIN

    /// nil where none is named, or what is given does not do, and then that is told.
    init?(_ reading: inout SettingReading, given: GivenSettings, environment: [String: String]) {
        let (module, file) = (reading.value(.pkcs11Module, GatewayConfiguration.path), reading.value(.pkcs11PINFile, GatewayConfiguration.path))
        let token = reading.value(.pkcs11Token) { text in
            (1...32).contains(text.utf8.count) ? .success(text) : .failure("is not the label of a token, which has 1 to 32 bytes")
        }
        let value = environment[Self.variable].flatMap { $0.isEmpty ? nil : SecretBytes($0) }
        let named = [(Setting.pkcs11Module, module), (.pkcs11Token, token), (.pkcs11PINFile, file)].filter { $0.1 != nil }.map(\.0)
        guard let first = named.first else { return nil }
        for (setting, isThere) in [(Setting.pkcs11Module, module != nil), (.pkcs11Token, token != nil)] where !isThere && given[setting] == nil {
            reading.add(
                setting, "\(given.origin(of: first)) is given without \(setting.flag).",
                remedy: "For example: \(setting.usage)")
        }
        guard let pin = file.map({ PIN.file(InputFile.absolute($0)) }) ?? value.map(PIN.value) else {
            if given[.pkcs11PINFile] == nil {
                reading.add(
                    .pkcs11PINFile,
                    "\(given.origin(of: first)) is given, and neither \(Setting.pkcs11PINFile.flag) nor \(Self.variable) has the PIN.",
                    remedy: "For example: \(Setting.pkcs11PINFile.flag) \(Setting.pkcs11PINFile.example)")
            }
            return nil
        }
        guard let module, let token else { return nil }
        (self.module, self.token, self.pin) = (InputFile.absolute(module), token, pin)
    }

    /// - Parameter changed: told why it works no more, and with nil that it does again.
    func open(changed: @escaping @Sendable (SecurityModuleError?) -> Void = { _ in }) -> PKCS11Module {
        PKCS11Module(.init(path: module, label: token, pin: { [pin] () throws(SecurityModuleError) in try Self.read(pin) }, changed: changed))
    }

    private static func read(_ pin: PIN) throws(SecurityModuleError) -> SecretBytes {
        switch pin {
        case .value(let value): return value
        case .file(let path):
            let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { throw .pinFile(path: path, reason: SystemError.text(errno)) }
            defer { close(file) }
            var status = stat()
            guard fstat(file, &status) == 0 else { throw .pinFile(path: path, reason: SystemError.text(errno)) }
            guard status.st_mode & 0o077 == 0 else {
                throw .pinFile(path: path, reason: "others than its owner may read it (mode \(String(status.st_mode & 0o777, radix: 8)))")
            }
            guard var bytes = try? InputFile.read(file, named: path, limit: 1024) else { throw .pinFile(path: path, reason: "it does not read") }
            while bytes.last == UInt8(ascii: "\n") || bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            guard !bytes.isEmpty else { throw .pinFile(path: path, reason: "it is empty") }
            return SecretBytes(bytes)
        }
    }
}

/// Where signing keys are that are not in the database.
struct HSMOptions: ParsableArguments {
    @Option(
        name: .customLong("pkcs11-module"),
        help: ArgumentHelp("The HSM's library, for signing keys (COUNTERSIGN_PKCS11_MODULE).", valueName: "FILE"))
    var module: String?
    @Option(name: .customLong("pkcs11-token"), help: ArgumentHelp("The label of its token (COUNTERSIGN_PKCS11_TOKEN).", valueName: "LABEL"))
    var token: String?
    @Option(
        name: .customLong("pkcs11-pin-file"),
        help: ArgumentHelp(
            "Its PIN (COUNTERSIGN_PKCS11_PIN_FILE; or the PIN itself in COUNTERSIGN_PKCS11_PIN).", valueName: "FILE"))
    var pinFile: String?

    var flags: [Setting: String?] { [.pkcs11Module: module, .pkcs11Token: token, .pkcs11PINFile: pinFile] }
}

/// Tells the log whether the hardware security module works.
struct HSMNews: Sendable {
    let logger: Logger

    func tell(_ error: SecurityModuleError?) {
        guard let error else {
            return logger.notice("the HSM signs again", metadata: ["event": "hsm_works"])
        }
        var metadata: Logger.Metadata = [
            "event": "hsm_away", "code": "\(error.code)", "reason": "\(error.message)", "remedy": "\(error.remedy)",
        ]
        if let expected = error.expected { metadata["expected"] = "\(expected)" }
        if let seen = error.seen { metadata["seen"] = "\(seen)" }
        logger.error("the HSM does not sign; until it does, pools whose key is in it issue no tokens", metadata: metadata)
    }
}
