import Crypto
package import UserPools

/// A logo: what it is says its content, never its name.
package enum LogoPicture {
    package static let maximumBytes = 64 << 10
    /// Pixels a side.
    static let maximumSide = 1024

    /// Why it is not shown, and what would be.
    package struct Refusal: Error {
        package let reason: String
        package let example: String
    }

    package static func image(_ bytes: [UInt8]) throws(Refusal) -> Image {
        guard bytes.count <= maximumBytes else { throw refused("has more than 64 KiB", "scale it down; 256 pixels a side are enough") }
        let mediaType: String
        if let (type, size) = pixels(bytes) {
            guard let size else { throw refused("is damaged: its size cannot be read", "export it again as PNG") }
            guard (1...maximumSide).contains(size.width), (1...maximumSide).contains(size.height) else {
                throw refused("has \(size.width) x \(size.height) pixels; 1024 a side are allowed", "scale it down; 256 pixels a side are enough")
            }
            mediaType = type
        } else if PlainSVG.looksLike(bytes) {
            do { try PlainSVG.require(bytes) } catch {
                throw refused("is an SVG that is not shown: \(error.reason)", "export it as plain SVG with paths only, or as PNG")
            }
            mediaType = "image/svg+xml"
        } else {
            throw refused("is no PNG, JPEG, WebP or SVG", "give one of them")
        }
        let hash = Array(SHA256.hash(data: bytes)).base64URLText
        return Image(reference: ImageReference(hash: hash, mediaType: mediaType), bytes: bytes)
    }

    /// Whether it is at least twice as wide as high, as a name in letters is. One whose size cannot be read is not.
    package static func isWordmark(_ bytes: [UInt8]) -> Bool {
        if let (_, size) = pixels(bytes) { return size.map { $0.width >= 2 * $0.height } ?? false }
        return PlainSVG.size(of: bytes).map { $0.width >= 2 * $0.height } ?? false
    }

    private static func refused(_ reason: String, _ example: String) -> Refusal { Refusal(reason: reason, example: example) }

    private typealias Size = (width: Int, height: Int)

    /// The type by the first bytes, and the size where it can be read; nil for another type.
    private static func pixels(_ bytes: [UInt8]) -> (type: String, size: Size?)? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return ("image/png", png(bytes)) }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return ("image/jpeg", jpeg(bytes)) }
        if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) { return ("image/webp", webP(bytes)) }
        return nil
    }

    /// PNG §11.2.2: IHDR is the first chunk.
    private static func png(_ bytes: [UInt8]) -> Size? {
        guard bytes.count >= 24, bytes[12..<16].elementsEqual(Array("IHDR".utf8)) else { return nil }
        return (bigEndian(bytes[16..<20]), bigEndian(bytes[20..<24]))
    }

    /// JPEG (ITU T.81 §B.2.2): from segment to segment until a frame header.
    private static func jpeg(_ bytes: [UInt8]) -> Size? {
        var place = 2
        while place + 9 <= bytes.count, bytes[place] == 0xFF {
            let marker = bytes[place + 1]
            switch marker {
            case 0xFF: place += 1
            case 0x01, 0xD0...0xD7: place += 2
            case 0xC0...0xCF where marker != 0xC4 && marker != 0xC8 && marker != 0xCC:
                return (bigEndian(bytes[(place + 7)..<(place + 9)]), bigEndian(bytes[(place + 5)..<(place + 7)]))
            // The picture itself, or its end, before any frame header.
            case 0xD8...0xDA: return nil
            default: place += 2 + max(2, bigEndian(bytes[(place + 2)..<(place + 4)]))
            }
        }
        return nil
    }

    /// WebP (RFC 9649 §2.5 to §2.7): lossy, lossless, or extended.
    private static func webP(_ bytes: [UInt8]) -> Size? {
        guard bytes.count >= 30 else { return nil }
        switch String(decoding: bytes[12..<16], as: UTF8.self) {
        case "VP8 ":
            guard bytes[23..<26].elementsEqual([0x9D, 0x01, 0x2A]) else { return nil }
            return (littleEndian(bytes[26..<28]) & 0x3FFF, littleEndian(bytes[28..<30]) & 0x3FFF)
        case "VP8L":
            guard bytes[20] == 0x2F else { return nil }
            let bits = littleEndian(bytes[21..<25])
            return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case "VP8X": return (littleEndian(bytes[24..<27]) + 1, littleEndian(bytes[27..<30]) + 1)
        default: return nil
        }
    }

    // At most four bytes: they fit into an Int.
    private static func bigEndian(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
    private static func littleEndian(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reversed().reduce(0) { $0 << 8 | Int($1) } }
}
