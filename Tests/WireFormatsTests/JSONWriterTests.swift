import Foundation
import Testing
import WireFormats

@Suite("RFC 8259: JSON, written")
struct JSONWriterTests {
    @Test("§7: what must be escaped is, the rest is not") func escapes() {
        let object: JSONObject = ["a\"b": "\\ \u{0} \u{1F} \n é 😀 / \u{2028} </script>"]
        #expect(String(decoding: object.encoded(), as: UTF8.self) == #"{"a\"b":"\\ \u0000 \u001f \n é 😀 / \#u{2028} </script>"}"#)
    }

    @Test("what is written is read again as the same, by our parser and by Foundation's") func roundTrip() throws {
        let object: JSONObject = [
            "null": .null, "true": true, "int": .integer(Int.min), "number": .number(1.5e-7), "large": .number(1e300), "text": "\t\"\\é😀",
            "list": [1, [], [:], "x"], "object": ["z": 1, "a": ["b": false]], "": "",
        ]
        let bytes = object.encoded()
        #expect(try JSONParser.parseObject(bytes) == object)
        #expect(try JSONParser.parseObject(bytes).names == object.names)
        #expect(try JSONSerialization.jsonObject(with: Data(bytes)) is [String: Any])
        #expect(String(decoding: (["a": .number(.infinity), "b": .number(.nan)] as JSONObject).encoded(), as: UTF8.self) == #"{"a":null,"b":null}"#)
    }
}
