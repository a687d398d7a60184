import TestSupport
import Testing
import WireFormats

@Suite("WHATWG URL §5.1: application/x-www-form-urlencoded, strictly")
struct FormCodingTests {
    private func decode(_ text: String) -> [String]? { FormCoding.decode(text)?.map { "\($0.name)=\($0.value)" } }

    @Test("pairs keep their order and repetitions; plus is a space, %XX a byte")
    func pairs() {
        #expect(decode("a=1&b=x+y%20z&a=%C3%BC&c&=d") == ["a=1", "b=x y z", "a=ü", "c=", "=d"])
        #expect(decode("")?.isEmpty == true)
    }

    @Test("what does not decode is refused", arguments: ["a=%", "a=%4", "a=%4g", "%zz=1", "a=%ff", "%C3%BC=1"])
    func malformed(_ text: String) { #expect(decode(text) == nil) }

    @Test("more than 100 parameters are refused (case 12, P20)")
    func many() {
        #expect(decode(String(repeating: "a=1&", count: 100))?.count == 100)
        // Whatever stands behind them, also where it is empty.
        #expect(decode(String(repeating: "a=1&", count: 100) + "&") == nil)
        #expect(decode(String(repeating: "a=1&", count: 101)) == nil)
    }

    @Test("a long run of combining marks, which is slow to compare, is refused at once")
    func marks() {
        let seconds = processorSeconds {
            #expect(decode("state=x" + String(repeating: "%CC%81%CC%96", count: 60_000)) == nil)
            #expect(decode("state=Zoe%CC%81") == ["state=Zoe\u{301}"])
        }
        #expect(seconds < 2)
    }
}
