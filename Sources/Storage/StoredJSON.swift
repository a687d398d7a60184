import FoundationEssentials
import UserPools
import WireFormats

/// Lists, attribute values and nested settings stand in one column as JSON text.
///
/// What every request touches has a coding of its own, a quarter as dear as Foundation's, and the same bytes come of both (of all but -0, which is 0
/// here). What lies beyond the
/// limits of our parser (a NUL, a list of 10,000 values) may have been stored all the same: Foundation has none of them, and reads it.
enum StoredJSON {
    private static let encoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .millisecondsSince1970
        return encoder
    }()
    private static let decoder = {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .millisecondsSince1970
        return decoder
    }()

    /// For what is seldom written: settings, mappings, details of audit events.
    static func value<Value: Encodable>(_ value: Value, of what: String) throws(StoreError) -> SQLValue {
        do {
            return .text(String(decoding: try encoder.encode(value), as: UTF8.self))
        } catch {
            // A number that is not finite: no mapping makes one.
            throw .corrupt(what: what)
        }
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from text: String, of what: String) throws(StoreError) -> Value {
        do {
            return try decoder.decode(type, from: Data(text.utf8))
        } catch {
            throw .corrupt(what: what)
        }
    }

    static func value(_ list: [String]) -> SQLValue { value(.array(list.map { .string($0) })) }

    static func list(from text: String, of what: String) throws(StoreError) -> [String] {
        if let list = parsed(text)?.strings { return list }
        return try decode([String].self, from: text, of: what)
    }

    static func value(_ request: AppRequest) -> SQLValue { value(.object(object(of: request))) }

    static func request(from text: String, of what: String) throws(StoreError) -> AppRequest {
        if let request = parsed(text)?.object.flatMap(request(of:)) { return request }
        return try decode(AppRequest.self, from: text, of: what)
    }

    static func value(_ attributes: [String: AttributeValue], of what: String) throws(StoreError) -> SQLValue {
        var object: [(String, JSONValue)] = []
        for (name, value) in attributes.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            guard let json = json(of: value) else { throw .corrupt(what: what) }
            object.append((name, json))
        }
        return value(.object(JSONObject(object)))
    }

    static func attributes(from text: String, of what: String) throws(StoreError) -> [String: AttributeValue] {
        if let attributes = parsed(text)?.object.flatMap(attributes(of:)) { return attributes }
        return try decode([String: StoredAttribute].self, from: text, of: what).mapValues(\.value)
    }

    /// `{"acr":["mfa"],"amr":["otp"],"by":["https://refeds.org/profile/mfa"]}`
    static func value(_ context: AuthenticationContext?) -> SQLValue {
        guard let context else { return .null }
        func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
        var object: JSONObject = ["acr": list(context.acrs), "amr": list(context.methods)]
        if !context.upstream.isEmpty { object.append("by", list(context.upstream)) }
        return value(.object(object))
    }

    static func context(from text: String, of what: String) throws(StoreError) -> AuthenticationContext? {
        guard let object = parsed(text)?.object, let acrs = object["acr"]?.strings, let methods = object["amr"]?.strings else {
            throw .corrupt(what: what)
        }
        return AuthenticationContext(acrs: acrs, methods: methods, upstream: object["by"]?.strings ?? [])
    }

    private static func value(_ json: JSONValue) -> SQLValue { .text(String(decoding: JSONWriter.encode(value: json), as: UTF8.self)) }

    private static func parsed(_ text: String) -> JSONValue? { try? JSONParser.parse(Array(text.utf8)) }
}

extension StoredJSON {
    /// In the order of the names, as Foundation writes them.
    fileprivate static func object(of request: AppRequest) -> JSONObject {
        var object = JSONObject()
        if let values = request.acrValues { object.append("acrValues", .array(values.map { .string($0) })) }
        object.append("boundKey", ifPresent: request.boundKey)
        if let claims = request.claims {
            let names: JSONObject = [
                "idToken": .array(claims.idToken.map { .string($0) }), "userInfo": .array(claims.userInfo.map { .string($0) }),
            ]
            object.append("claims", .object(names))
        }
        object.append("clientID", .string(request.clientID))
        object.append("codeChallenge", ifPresent: request.codeChallenge)
        object.append("consent", ifPresent: request.consent?.rawValue)
        object.append("nonce", ifPresent: request.nonce)
        object.append("pushed", ifPresent: request.pushed)
        object.append("redirectURI", .string(request.redirectURI))
        object.append("resource", ifPresent: request.resource)
        object.append("responseMode", .string(request.responseMode))
        object.append("scopes", .array(request.scopes.map { .string($0) }))
        object.append("state", ifPresent: request.state)
        object.append("subject", ifPresent: request.subject)
        return object
    }

    /// nil where something is missing or has another type.
    fileprivate static func request(of object: JSONObject) -> AppRequest? {
        guard let clientID = object["clientID"]?.string, let redirectURI = object["redirectURI"]?.string, let scopes = object["scopes"]?.strings,
            let responseMode = object["responseMode"]?.string,
            ["boundKey", "codeChallenge", "nonce", "pushed", "resource", "state", "subject"].allSatisfy({
                object[$0] == nil || object[$0]?.string != nil
            }),
            object["acrValues"] == nil || object["acrValues"]?.strings != nil,
            object["consent"] == nil || object["consent"]?.string.flatMap(AppRequest.ConsentPrompt.init) != nil
        else { return nil }
        var request = AppRequest(
            clientID: clientID, redirectURI: redirectURI, scopes: scopes, state: object["state"]?.string, nonce: object["nonce"]?.string,
            codeChallenge: object["codeChallenge"]?.string, responseMode: responseMode, resource: object["resource"]?.string,
            subject: object["subject"]?.string, acrValues: object["acrValues"]?.strings)
        request.pushed = object["pushed"]?.string
        request.boundKey = object["boundKey"]?.string
        if let claims = object["claims"] {
            guard let idToken = claims.object?["idToken"]?.strings, let userInfo = claims.object?["userInfo"]?.strings else { return nil }
            request.claims = GrantedClaims(idToken: idToken, userInfo: userInfo)
        }
        request.consent = object["consent"]?.string.flatMap(AppRequest.ConsentPrompt.init)
        return request
    }

    /// A string, a number, a boolean or an array of them; nil for a number that is not finite.
    fileprivate static func json(of value: AttributeValue) -> JSONValue? {
        switch value {
        case .text(let text): return .string(text)
        case .boolean(let flag): return .bool(flag)
        case .number(let number):
            guard number.isFinite else { return nil }
            // Whole numbers without a fraction, as long as a floating point value can tell them apart.
            return number.magnitude <= 0x1p53 ? Int(exactly: number).map { .integer($0) } ?? .number(number) : .number(number)
        case .list(let values):
            let json = values.compactMap(json(of:))
            return json.count == values.count ? .array(json) : nil
        }
    }

    fileprivate static func attribute(of json: JSONValue) -> AttributeValue? {
        switch json {
        case .string(let text): return .text(text)
        case .bool(let flag): return .boolean(flag)
        case .integer(let number): return .number(Double(number))
        case .number(let number): return .number(number)
        case .array(let values):
            let attributes = values.compactMap(attribute(of:))
            return attributes.count == values.count ? .list(attributes) : nil
        case .null, .object: return nil
        }
    }

    fileprivate static func attributes(of object: JSONObject) -> [String: AttributeValue]? {
        var attributes: [String: AttributeValue] = [:]
        attributes.reserveCapacity(object.count)
        for member in object.members {
            guard let attribute = attribute(of: member.value) else { return nil }
            attributes[member.name] = attribute
        }
        return attributes
    }
}

/// An attribute value as Foundation reads it: a string, a number, a boolean or an array of them.
struct StoredAttribute: Decodable {
    let value: AttributeValue

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            value = .text(text)
        } else if let boolean = try? container.decode(Bool.self) {
            value = .boolean(boolean)
        } else if let number = try? container.decode(Double.self) {
            value = .number(number)
        } else {
            value = .list(try container.decode([StoredAttribute].self).map(\.value))
        }
    }
}
