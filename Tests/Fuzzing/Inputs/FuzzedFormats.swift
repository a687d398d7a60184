import SAML
import TokenVerifierCore
import WireFormats

extension FuzzedInput {
    /// Texts and trees as they travel.
    static let formats = [
        FuzzedInput("base64") { bytes in
            if let decoded = try? Base64.decode(bytes) { promise(Array(Base64.encode(decoded).utf8) == bytes, "base64 has two spellings") }
            _ = try? Base64.decodeFolded(bytes)
            if let decoded = Base64URL.decode(bytes) { promise(Array(Base64URL.encode(decoded).utf8) == bytes, "base64url has two spellings") }
        },
        FuzzedInput("date") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let date = SAMLInstant.parse(text) else { return }
            promise(SAMLInstant.parse(SAMLInstant.format(date)) != nil, "a date is written as none: \(text)")
        },
        FuzzedInput("json") { bytes in
            guard let value = try? JSONParser.parse(bytes) else { return }
            let written = JSONWriter.encode(value: value)
            guard let again = try? JSONParser.parse(written) else { return promise(false, "what was written is no JSON") }
            promise(JSONWriter.encode(value: again) == written, "JSON changes each time it is written")
            _ = JSONWriter.pretty(value)
        },
        FuzzedInput("jwt") { bytes in
            _ = try? CompactJWS(String(decoding: bytes, as: UTF8.self), algorithms: Set(TokenAlgorithm.allCases))
        },
        FuzzedInput("form") { bytes in
            guard let pairs = FormCoding.decode(bytes) else { return }
            let again = FormCoding.decode(FormCoding.encode(pairs)) ?? []
            promise(again.map(\.name) == pairs.map(\.name) && again.map(\.value) == pairs.map(\.value), "a form changes when it is written")
        },
    ]
}
