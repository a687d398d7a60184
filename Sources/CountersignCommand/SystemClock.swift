import Glibc

/// Whether the kernel takes this machine's time for right: somebody keeps it so (NTP). nil where it does not say.
enum SystemClock {
    static func isSynchronized() -> Bool? {
        // adjtimex(2) with no change asked for. Glibc's module leaves <sys/timex.h> out, so it is found by its name; `struct timex` has 208 bytes.
        guard let found = dlsym(nil, "adjtimex") else { return nil }
        let ask = unsafeBitCast(found, to: (@convention(c) (UnsafeMutableRawPointer) -> Int32).self)
        let state = withUnsafeTemporaryAllocation(byteCount: 512, alignment: 16) { buffer in
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
            return buffer.baseAddress.map(ask) ?? -1
        }
        let unsynchronized: Int32 = 5  // TIME_ERROR
        return state < 0 ? nil : state != unsynchronized
    }
}
