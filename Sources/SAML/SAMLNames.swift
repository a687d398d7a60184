internal import WireFormats
import XMLSecurity

/// The namespaces of SAML 2.0 and the element names read from them. Names are compared whole: namespace and local name.
enum Namespace {
    static let assertion = "urn:oasis:names:tc:SAML:2.0:assertion"
    static let messages = "urn:oasis:names:tc:SAML:2.0:protocol"
    static let metadata = "urn:oasis:names:tc:SAML:2.0:metadata"
    static let signature = "http://www.w3.org/2000/09/xmldsig#"
    static let encryption = "http://www.w3.org/2001/04/xmlenc#"
    static let encryption11 = "http://www.w3.org/2009/xmlenc11#"
    static let userInterface = "urn:oasis:names:tc:SAML:metadata:ui"
    static let schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"
    static let xml = "http://www.w3.org/XML/1998/namespace"
}

extension XMLName {
    static func assertion(_ localName: String) -> XMLName { XMLName(Namespace.assertion, localName) }
    static func samlp(_ localName: String) -> XMLName { XMLName(Namespace.messages, localName) }
    static func metadata(_ localName: String) -> XMLName { XMLName(Namespace.metadata, localName) }
    static func signature(_ localName: String) -> XMLName { XMLName(Namespace.signature, localName) }
    static func encryption(_ localName: String) -> XMLName { XMLName(Namespace.encryption, localName) }
    static func userInterface(_ localName: String) -> XMLName { XMLName(Namespace.userInterface, localName) }
}

/// Identifiers of SAML Core §8.3 and SAML Profiles §3 that have a meaning to this module.
package enum NameIDFormat {
    package static let persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
    package static let transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
    package static let entity = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
    package static let emailAddress = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
    package static let unspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
}

extension String {
    /// Equal byte for byte. Swift's `==` holds canonically equivalent Unicode for equal, which no SAML identifier may be.
    func hasSameBytes(as other: String?) -> Bool {
        guard let other else { return false }
        return hasSameBytes(as: other)
    }

    /// What an error or a check shows of a value from outside: 200 characters, controls made visible.
    var shortened: String {
        var shown = ""
        var count = 0
        for scalar in unicodeScalars {
            guard count < 200 else { return shown + "…" }
            count += 1
            // C0, C1, line separators, bidirectional controls: a log line or a terminal must not be steered by them.
            switch scalar.value {
            case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
                shown += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
