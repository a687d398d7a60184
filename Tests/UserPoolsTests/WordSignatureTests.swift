import Testing
import UserPools

@Suite("Signatures of words")
struct WordSignatureTests {
    @Test("who has a word that begins with the term has all bits of it, in any alphabet")
    func beginnings() {
        let words = ["universitat", "zurich", "東京大学", "πανεπιστημιο", "sou", "no", "aai.uzh.ch"]
        let signature = WordSignature(of: words)
        for word in words {
            let scalars = Array(word.unicodeScalars)
            for count in 1...scalars.count {
                let term = String(String.UnicodeScalarView(scalars.prefix(count)))
                #expect(signature.hasAll(of: WordSignature(of: [term])), "\(term)")
            }
        }
        #expect(signature.hasAll(of: WordSignature(of: ["zur", "univ"])))
    }

    @Test("of words that begin otherwise next to none has all bits")
    func strangers() {
        let signature = WordSignature(
            of: (0..<16).map { "word\($0 % 4)" } + ["university", "of", "science", "research", "example.edu", "idp.example.edu"])
        let letters = "abcdefghijklmnopqrstuvwxyz"
        let strangers = letters.flatMap { first in letters.map { "\(first)\($0)q" } }
        let taken = strangers.count { signature.hasAll(of: WordSignature(of: [$0])) }
        #expect(taken <= strangers.count / 50)
        #expect(!signature.hasAll(of: WordSignature(of: ["university", "southern"])))
    }

    @Test("it is stored: it stays what it is")
    func stored() {
        let signature = WordSignature(of: ["northern", "南極大学"])
        #expect(signature.low == 35_184_373_399_552)
        #expect(signature.high == 90_143_460_803_215_368)
        #expect(WordSignature(of: ["no"]) == WordSignature(of: []))
    }
}
