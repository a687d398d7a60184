internal import Tracing
internal import WireFormats

/// Who sends the traces.
package struct TracedService: Sendable {
    let name: String
    let version: String
    /// Tells this process from the others of that name.
    let instance: String

    package init(name: String, version: String, instance: String) { (self.name, self.version, self.instance) = (name, version, instance) }
}

/// ExportTraceServiceRequest in OTLP's JSON (opentelemetry-proto, "JSON Protobuf Encoding"): ids in hexadecimal, 64-bit numbers as texts, names in lowerCamelCase.
enum OTLPDocument {
    static func encode(_ spans: [FinishedSpan], of service: TracedService) -> [UInt8] {
        let resource = [("service.name", service.name), ("service.version", service.version), ("service.instance.id", service.instance)]
        let scope = object(("name", "countersign"), ("version", .string(service.version)))
        return JSONWriter.encode(
            object(
                (
                    "resourceSpans",
                    [
                        .object(
                            object(
                                (
                                    "resource",
                                    .object(object(("attributes", .array(resource.map { attribute($0.0, ["stringValue": .string($0.1)]) }))))
                                ),
                                ("scopeSpans", [.object(object(("scope", .object(scope)), ("spans", .array(spans.map(span)))))])))
                    ]
                )))
    }

    private static func span(_ span: FinishedSpan) -> JSONValue {
        var members = object(("traceId", .string(span.trace.text)), ("spanId", .string(span.id.hexDigits)))
        members.append("parentSpanId", ifPresent: span.parent?.hexDigits)
        members.append("name", .string(span.name))
        members.append("kind", .integer(kind(span.kind)))
        members.append("startTimeUnixNano", .string("\(span.start)"))
        members.append("endTimeUnixNano", .string("\(span.end)"))
        var attributes: [(name: String, value: JSONValue)] = []
        span.attributes.forEach { name, value in
            if let value = self.value(value) { attributes.append((name, attribute(name, value))) }
        }
        members.append("attributes", .array(attributes.sorted { $0.name < $1.name }.map(\.value)))
        members.append("status", .object(span.isError ? object(("code", 2)) : JSONObject()))
        return .object(members)
    }

    private static func kind(_ kind: SpanKind) -> Int {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }

    /// Of the kinds that we use.
    private static func value(_ attribute: SpanAttribute) -> JSONValue? {
        switch attribute {
        case .string(let text): ["stringValue": .string(text)]
        case .int64(let number): ["intValue": .string("\(number)")]
        case .int32(let number): ["intValue": .string("\(number)")]
        case .bool(let flag): ["boolValue": .bool(flag)]
        default: nil
        }
    }

    private static func attribute(_ name: String, _ value: JSONValue) -> JSONValue { .object(object(("key", .string(name)), ("value", value))) }

    private static func object(_ members: (String, JSONValue)...) -> JSONObject {
        members.reduce(into: JSONObject()) { $0.append($1.0, $1.1) }
    }
}
