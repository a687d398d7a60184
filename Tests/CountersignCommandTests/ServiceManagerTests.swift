import Foundation
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import CountersignCommand

@Suite("CONTRACT, systemd: what the service manager is told, and what it passes")
struct ServiceManagerTests {
    /// A socket of a service manager, which keeps what it was told.
    private final class Ear: Sendable {
        let name: String
        private let file: Int32

        init(_ name: String) {
            self.name = name
            file = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let bytes = Array(name.utf8).map { $0 == UInt8(ascii: "@") ? 0 : $0 }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
            let bound = withUnsafePointer(to: &address) { [file] in
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(file, $0, socklen_t(2 + bytes.count)) }
            }
            precondition(bound == 0)
        }

        deinit { close(file) }

        var heard: [String] {
            var messages: [String] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while case let count = recv(file, &buffer, buffer.count, 0), count >= 0 {
                messages.append(String(decoding: buffer[..<count], as: UTF8.self))
            }
            return messages
        }
    }

    @Test("it is told by datagrams, at a path and at an abstract name", arguments: [false, true])
    func told(isAbstract: Bool) async throws {
        try await TestFolder.with { folder in
            let ear = Ear(isAbstract ? "@countersign-test-\(getpid())" : folder.file("notify"))
            let manager = ServiceManager(environment: ["NOTIFY_SOCKET": ear.name])
            #expect(manager.isThere && manager.patience == nil)
            await manager.isReady("Serving\nWATCHDOG=1")
            await manager.isReloading()
            await manager.isAlive("well")
            await manager.isStopping()
            let heard = ear.heard
            try #require(heard.count == 4)
            // What is shown is one line, whatever is in it.
            #expect(heard[0] == "READY=1\nSTATUS=Serving\\u{a}WATCHDOG=1")
            #expect(heard[1].hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
            #expect(heard[2] == "WATCHDOG=1\nSTATUS=well")
            #expect(heard[3].hasPrefix("STOPPING=1\n"))
        }
    }

    @Test(
        "a name that is none of a socket is nobody's",
        arguments: ["", "@", "relative", "vsock:2:1234", "/" + String(repeating: "a", count: 107)])
    func nobody(name: String) async {
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1000000"])
        #expect(!manager.isThere && manager.patience == nil)
        await manager.isStopping()
    }

    @Test("a sign of life is given where one is waited for from this process")
    func patience() {
        func patience(_ more: [String: String]) -> Duration? {
            ServiceManager(environment: ["NOTIFY_SOCKET": "@nobody"].merging(more) { $1 }, process: 17).patience
        }
        #expect(patience(["WATCHDOG_USEC": "60000000"]) == .seconds(60))
        #expect(patience(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "17"]) == .seconds(60))
        for more in [
            ["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "18"], ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "-1"], ["WATCHDOG_USEC": "x"], [:],
        ] {
            #expect(patience(more) == nil, "\(more)")
        }
    }

    /// What is heard of a server that is waited for: `count` times, or in half a second.
    private func heard(
        _ count: Int = 0, loopIsFree: Bool = true, isReady: @escaping @Sendable () async -> Bool
    ) async throws -> [String] {
        try await TestFolder.with { folder in
            let ear = Ear(folder.file("notify"))
            let manager = ServiceManager(environment: ["NOTIFY_SOCKET": ear.name, "WATCHDOG_USEC": "40000"])
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
            let isOver = Atomic(false)
            if !loopIsFree { group.next().execute { while !isOver.load(ordering: .relaxed) { usleep(1_000) } } }
            let watchdog = Task {
                try await WatchdogWhileServing(manager: manager, publicURL: "https://id.test", loops: group, isReady: isReady).run()
            }
            var heard: [String] = []
            for _ in 0..<(count == 0 ? 50 : 5_000) where count == 0 || heard.count < count {
                try await Task.sleep(for: .milliseconds(10))
                heard += ear.heard
            }
            watchdog.cancel()
            isOver.store(true, ordering: .relaxed)
            _ = try? await watchdog.value
            try await group.shutdownGracefully()
            return heard
        }
    }

    @Test("it lives while its event loops run and the database answers, be it no")
    func lives() async throws {
        let well = try await heard(3) { true }
        #expect(well.count >= 3 && Set(well) == ["WATCHDOG=1\nSTATUS=Serving https://id.test"])
        let away = try await heard(3) { false }
        #expect(away.count >= 3 && away.allSatisfy { $0.hasPrefix("WATCHDOG=1\nSTATUS=Not ready: ") })
    }

    @Test("where the database hangs, or an event loop, it gives no sign of life")
    func hangs() async throws {
        let silent = try await heard {
            try? await Task.sleep(for: .seconds(600))
            return true
        }
        #expect(silent.isEmpty)
        #expect(try await heard(loopIsFree: false) { true }.isEmpty)
    }

    // MARK: sockets

    private func configuration(
        _ flags: [Setting: String] = [:], _ inherited: String...
    ) throws(CommandFailure) -> GatewayConfiguration {
        let addresses = inherited.compactMap { if case .success(let address) = GatewayConfiguration.listenAddress($0) { address } else { nil } }
        return try GatewayConfiguration(flags: flags, file: nil, environment: ["HOME": "/none"], serving: true, inherited: addresses)
    }

    private func code(_ body: () throws(CommandFailure) -> GatewayConfiguration) -> String? {
        do throws(CommandFailure) {
            _ = try body()
            return nil
        } catch { return error.problems.map(\.code).joined(separator: " ") }
    }

    @Test("the socket that was passed is where it listens; another one is that of clients with certificates")
    func address() throws {
        #expect(try configuration([:], "127.0.0.1:9090").publicURL == "http://localhost:9090")
        #expect(try configuration([.listen: "localhost:9090"], "127.0.0.1:9090").listen.text == "127.0.0.1:9090")
        let tls: [Setting: String] = [.tlsCertificate: "c", .tlsKey: "k", .mtlsListen: "0.0.0.0:8443", .publicURL: "https://id.example.com"]
        #expect(try configuration(tls, "0.0.0.0:8443", "0.0.0.0:443").listen.text == "0.0.0.0:443")
        #expect(try configuration(tls, "0.0.0.0:443").mtlsListen?.port == 8443)
    }

    @Test("a socket that is not the one of --listen, or one too many, is refused; so is one that others reach without TLS")
    func refused() {
        #expect(code { () throws(CommandFailure) in try configuration([.listen: "127.0.0.1:8080"], "127.0.0.1:9090") } == "configuration.listen")
        #expect(code { () throws(CommandFailure) in try configuration([.listen: "[::1]:9090"], "127.0.0.1:9090") } == "configuration.listen")
        #expect(code { () throws(CommandFailure) in try configuration([:], "127.0.0.1:9090", "127.0.0.1:9091") } == "configuration.listen")
        #expect(code { () throws(CommandFailure) in try configuration([:], "0.0.0.0:9090") } == "configuration.listen")
    }

    @Test("what was passed to another process is not ours; what is no listener is refused")
    func passed() throws {
        for environment in [[:], ["LISTEN_PID": "18", "LISTEN_FDS": "1"], ["LISTEN_PID": "17"], ["LISTEN_PID": "17", "LISTEN_FDS": "0"]] {
            #expect(try InheritedSockets(environment: environment, process: 17).addresses.isEmpty)
        }
        do throws(CommandFailure) {
            _ = try InheritedSockets(environment: ["LISTEN_PID": "17", "LISTEN_FDS": "4000"], process: 17)
            Issue.record("taken")
        } catch { #expect(error.problems.map(\.code) == ["listen.inherited"]) }
    }
}
