import OpenTelemetry
import Testing

@Suite("traceparent (W3C Trace Context §3.2)")
struct TraceParentTests {
    private static let whole = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test("version 00, whole and in lower case, names the span above") func named() throws {
        #expect(TraceParent(Self.whole) != nil)
        #expect(TraceParent("00-0000000000000000000000000000000a-000000000000000b-00") != nil)
    }

    @Test(
        "anything else is nobody's parent",
        arguments: [
            "", "00", whole.uppercased(), whole + "-", whole + " ", String(whole.dropLast()), "01" + whole.dropFirst(2), "ff" + whole.dropFirst(2),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01", "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0\u{301}",
        ]) func malformed(_ text: String)
    { #expect(TraceParent(text) == nil) }
}
