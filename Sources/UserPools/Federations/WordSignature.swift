/// How words begin, in 128 bits (a Bloom filter): who has a word that begins with a term has every bit of the term's.
///
/// It stands beside each word in the index, so that of words that thousands have and hardly anybody has both, the one's place in the index says nearly
/// alone who has the other. It is stored: what it is for a word never changes.
package struct WordSignature: Sendable, Hashable {
    package private(set) var low: Int64 = 0
    package private(set) var high: Int64 = 0

    /// Of so many scalars the beginning counts. A shorter word has no bit, nor has a shorter term any that would have to be there.
    private static let beginning = 3
    private static let bitsOfWord = 4

    /// Of all these words, or of all these terms.
    package init(of words: some Sequence<String>) {
        for word in words {
            let scalars = word.unicodeScalars.prefix(Self.beginning)
            guard scalars.count == Self.beginning else { continue }
            // A scalar has 21 bits.
            var mixed = Self.mixed(scalars.reduce(0) { $0 << 21 | UInt64($1.value) })
            for _ in 0..<Self.bitsOfWord {
                let bit = Int64(bitPattern: 1 << (mixed & 63))
                if mixed & 64 == 0 { low |= bit } else { high |= bit }
                mixed >>= 7
            }
        }
    }

    package func hasAll(of other: WordSignature) -> Bool { low & other.low == other.low && high & other.high == other.high }

    /// The end of SplitMix64, by which each bit depends on all of them.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
