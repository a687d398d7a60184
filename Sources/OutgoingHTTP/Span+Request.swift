internal import Tracing
internal import WireFormats

extension Tracing.Span {
    /// To whom a request goes: of an address the host alone, for the rest may be somebody's secret.
    func tell(_ method: String, _ url: String) {
        attributes["http.request.method"] = method
        if let host = WebAddress(url)?.host { attributes["server.address"] = host }
    }
}
