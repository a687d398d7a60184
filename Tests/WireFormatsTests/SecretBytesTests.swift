import Testing
import WireFormats
import WireFormats

/// Secrets cannot be printed, whichever way is tried (case 123).
@Suite struct SecretBytesTests {
    private struct Holder { let secret: SecretBytes }

    private func printed(_ value: Any) -> String {
        var dumped = ""
        dump(value, to: &dumped)
        return "\(value) \(String(reflecting: value)) \(String(describing: value)) " + dumped
    }

    @Test("case 123: neither description, reflection nor dump gives a secret away, alone or inside something")
    func secret() {
        let secret = SecretBytes("hunter2hunter2")
        for value in [secret, Holder(secret: secret), [secret], Optional(secret) as Any, ["key": secret]] as [Any] {
            let text = printed(value)
            #expect(!text.contains("hunter2"))
            #expect(!text.contains("104, 117"))
        }
        #expect("\(secret)" == "[secret]")
        #expect(Mirror(reflecting: secret).children.isEmpty)
        #expect(secret.reveal() == Array("hunter2hunter2".utf8))
    }
}
