import AsyncHTTPClient
import FoundationEssentials
import Gateway
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import OutgoingHTTP
import UserPools
import WireFormats

/// The public URL as it is from this machine.
struct PublicURLCheckup: Sendable {
    let url: String
    /// Whose discovery document is asked for.
    let pool: UserPool?
    /// By whose pass the server says how a request arrives; nil: it is not asked.
    let sealer: Sealer?

    private static let patience: Int64 = 10

    func run() async -> [DoctorCheck] {
        guard let address = WebAddress(url) else { return [] }
        var checks: [DoctorCheck] = []
        if IPAddress(address.host) == nil {
            let addresses = await Resolver.system.addresses(of: address.host, within: 5)
            guard !addresses.isEmpty else { return [.fail("name", DoctorFinding.nameWithoutAddress(host: address.host))] }
            checks.append(.ok("name", "\(address.host) is \(addresses.prefix(4).map(\.description).joined(separator: ", "))"))
        }
        if address.isHTTPS, let end = try? await certificateEnd(address) { checks.append(certificate(of: address.host, until: end)) }
        let answers = await answers()
        checks += answers
        guard let sealer, answers.allSatisfy({ $0.verdict == .ok }) else { return checks }
        return await checks + arrival(sealer)
    }

    private func arrival(_ sealer: Sealer) async -> [DoctorCheck] {
        let asked = url + "/checkup"
        do {
            let pass = [(CheckupPass.header, try CheckupPass(sealer: sealer).text(at: Date()))]
            let sent = Date()
            let (status, bytes) = try await Self.ask(asked, headers: pass)
            let answered = Date()
            guard status == 200, let plain = Arrival(bytes) else {
                return [.warn("proxy", DoctorFinding.noArrival(url: asked, status: status))]
            }
            let (again, more) = try await Self.ask(asked, headers: pass + [("X-Forwarded-For", ArrivalCheckup.forged)])
            guard again == 200, let claimed = Arrival(more) else {
                return [.warn("proxy", DoctorFinding.noArrival(url: asked, status: again))]
            }
            return ArrivalCheckup(plain: plain, claimed: claimed, sent: sent, answered: answered).checks
        } catch { return [.fail("public url", DoctorFinding.unreachable(url: asked, seen: Self.said(error)))] }
    }

    private func certificate(of host: String, until end: Date) -> DoctorCheck {
        let left = end.timeIntervalSince(Date())
        if left <= 0 { return .fail("certificate", DoctorFinding.certificateEnded(host: host, at: end)) }
        if left < Checkup.notice { return .warn("certificate", DoctorFinding.certificateEnds(host: host, at: end)) }
        return .ok("certificate", "\(Int(left / 86_400)) days left")
    }

    private func answers() async -> [DoctorCheck] {
        guard let pool else { return [] }
        let issuer = url + "/" + pool.id.text
        let asked = issuer + "/.well-known/openid-configuration"
        let (status, bytes): (UInt, [UInt8])
        do { (status, bytes) = try await Self.ask(asked) } catch {
            return [.fail("public url", DoctorFinding.unreachable(url: asked, seen: Self.said(error)))]
        }
        guard status == 200, let seen = (try? JSONParser.parseObject(bytes))?["issuer"]?.string else {
            return [.fail("public url", DoctorFinding.unreachable(url: asked, seen: "status \(status)"))]
        }
        guard seen.hasSameBytes(as: issuer) else {
            return [.fail("public url", DoctorFinding.otherIssuer(url: asked, expected: issuer, seen: seen))]
        }
        return [.ok("public url", "\(url) answers with its issuer")]
    }

    /// In words: the library's own name a place in its source.
    private static func said(_ error: any Error) -> String {
        switch OutgoingError(error, seconds: Double(patience)) {
        case .unreachable(let reason), .refusedURL(let reason): reason
        case .untrustedCertificate(let store): "its certificate has ended, or no authority in \(store) has signed it"
        case .tooLarge: "its answer is too large"
        }
    }

    private static func ask(_ url: String, headers: [(String, String)] = []) async throws -> (UInt, [UInt8]) {
        var client = HTTPClient.Configuration(redirectConfiguration: .disallow)
        client.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: client) { client in
            var request = HTTPClientRequest(url: url)
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            let response = try await client.execute(request, timeout: .seconds(patience))
            let body = try await response.body.collect(upTo: 1 << 20)
            return (response.status.code, Array(body.readableBytesView))
        }
    }

    /// By a handshake that trusts whomever it meets: nothing is sent, and one that has ended is seen as well.
    private func certificateEnd(_ address: WebAddress) async throws -> Date {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .noHostnameVerification
        let context = try NIOSSLContext(configuration: tls)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let end = loop.makePromise(of: Int.self)
        let (host, port) = (address.host, address.port ?? 443)
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(.seconds(5)).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let name = IPAddress(host) == nil ? host : nil
                let handler = try NIOSSLClientHandler(context: context, serverHostname: name) { certificates, verdict in
                    if let first = certificates.first { end.succeed(Int(first.notValidAfter)) }
                    verdict.succeed(.certificateVerified)
                }
                try channel.pipeline.syncOperations.addHandler(handler)
            }
        }
        loop.scheduleTask(in: .seconds(Self.patience)) { end.fail(ChannelError.connectTimeout(.seconds(Self.patience))) }
        let channel: any Channel
        do { channel = try await bootstrap.connect(host: host, port: port).get() } catch {
            end.fail(error)
            throw error
        }
        channel.closeFuture.whenComplete { _ in end.fail(ChannelError.eof) }
        let result: Result<Int, any Error>
        do { result = .success(try await end.futureResult.get()) } catch { result = .failure(error) }
        channel.close(promise: nil)
        return Date(timeIntervalSince1970: Double(try result.get()))
    }
}
