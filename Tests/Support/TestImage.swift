/// Small images of each kind.
package enum TestImage {
    /// `width` x `height`, as far as a header says; no picture follows.
    package static func png(width: Int = 64, height: Int = 64) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + big(width, 4) + big(height, 4) + [
            8, 6, 0, 0, 0, 0, 0, 0, 0,
        ]
    }

    package static let png = png()

    package static func jpeg(width: Int = 64, height: Int = 64) -> [UInt8] {
        let application: [UInt8] = [0xFF, 0xE0, 0, 16] + Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0]
        let frame: [UInt8] = [0xFF, 0xC2, 0, 17, 8] + big(height, 2) + big(width, 2) + [3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]
        return [0xFF, 0xD8] + application + [0xFF] + frame + [0xFF, 0xD9]
    }

    package enum WebP: CaseIterable, Sendable { case lossy, lossless, extended }

    package static func webP(_ kind: WebP, width: Int = 64, height: Int = 64) -> [UInt8] {
        let body: [UInt8] =
            switch kind {
            case .lossy: Array("VP8 ".utf8) + [10, 0, 0, 0, 0x30, 1, 0, 0x9D, 1, 0x2A] + little(width, 2) + little(height, 2)
            case .lossless: Array("VP8L".utf8) + [10, 0, 0, 0, 0x2F] + little((width - 1) | (height - 1) << 14, 4) + [0, 0, 0, 0, 0, 0]
            case .extended: Array("VP8X".utf8) + [10, 0, 0, 0, 0, 0, 0, 0] + little(width - 1, 3) + little(height - 1, 3)
            }
        return Array("RIFF".utf8) + little(body.count + 4, 4) + Array("WEBP".utf8) + body
    }

    package static let svg = Array(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- A logo. -->
        <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 24 24" width="24" height="24" role="img">
          <title>Søn &amp; Co</title>
          <defs>
            <linearGradient id="a"><stop offset="0" stop-color="#0b57d0"/><stop offset="1" style="stop-color:#fff"/></linearGradient>
            <linearGradient id="b" xlink:href="#a"/>
            <style>.curly > path { fill: url(#b) }</style>
          </defs>
          <g class="curly" fill="url( '#b' )"><path d="M0 0h24v24H0z"/><circle cx='12' cy='12' r="4"></circle></g>
        </svg>

        """.utf8)

    private static func big(_ value: Int, _ count: Int) -> [UInt8] { little(value, count).reversed() }
    private static func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}
