import ArgumentParser
package import Hummingbird

/// Where a sample listens: `127.0.0.1:8081`, `[::1]:8081`.
package struct ListenAddress: ExpressibleByArgument, Sendable {
    package let host: String
    package let port: Int

    package static func loopback(_ port: Int) -> ListenAddress { ListenAddress(host: "127.0.0.1", port: port) }

    private init(host: String, port: Int) { (self.host, self.port) = (host, port) }

    package init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...]), port > 0 else { return nil }
        let host = argument[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: Int(port))
    }

    package var defaultValueDescription: String { "\(host):\(port)" }

    /// The address as browsers write it: on loopback by name, so that cookies and registered URLs agree with what people type.
    package var url: String {
        let isLoopback = ["127.0.0.1", "::1", "0.0.0.0", "::", "localhost"].contains(host)
        return "http://\(isLoopback ? "localhost" : host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    package var configuration: ApplicationConfiguration { ApplicationConfiguration(address: .hostname(host, port: port)) }
}
