import FoundationEssentials
import Gateway
import Glibc
import SAML
import Storage
import UserPools
import WireFormats

/// What `doctor` looks at, one after the other. What cannot be looked at because something before it fails is left out.
enum Checkup {
    /// Under it SQLite may soon refuse to write.
    private static let (scarce, little) = (UInt64(64_000_000), UInt64(1_000_000_000))
    static let notice: TimeInterval = 30 * 86_400
    /// One a day, and one may fail.
    private static let oldBackup: TimeInterval = 2 * 86_400
    /// More findings of providers nobody reads at a time.
    private static let maximum = 100

    static func run(_ configuration: GatewayConfiguration) async -> [DoctorCheck] {
        let location = configuration.database
        var checks = SystemClock.isSynchronized() == false ? [DoctorCheck.warn("clock", DoctorFinding.clockNotKept)] : []
        if let path = location.path { checks.append(space(at: path)) }
        let storage: Storage
        do throws(StorageError) { storage = try await Storage.openToRead(url: location.url) } catch { return checks + [.fail("database", error)] }
        do {
            let installation = try await storage.stores.installation.find()
            if installation.isUnfinishedCopy {
                checks.append(.fail("database", StorageError.unfinishedCopy(location: location.name)))
            } else {
                checks.append(.ok("database", "\(location.name) answers, and its tables are those of this version"))
                checks += try await look(at: storage.stores, installation, configuration)
            }
        } catch { checks.append(.fail("database", error as? StoreError ?? .unavailable(reason: "unknown"))) }
        await storage.close()
        return checks
    }

    private static func look(
        at stores: Stores, _ installation: Installation, _ configuration: GatewayConfiguration
    ) async throws -> [DoctorCheck] {
        let pools = try await stores.pools.list()
        var (checks, sealer) = try await masterKey(installation, stores, configuration)
        checks += try await signingKeys(of: pools, stores)
        checks += try await providers(stores, at: Date())
        checks += backup(installation, configuration.database, at: Date())
        var configuration = configuration
        if let stored = installation.publicURL { configuration.adopt(publicURL: stored) }
        guard configuration.publicURLSource != .assumed else { return checks + [.warn("public url", DoctorFinding.noPublicURL)] }
        return await checks + PublicURLCheckup(url: configuration.publicURL, pool: pools.first, sealer: sealer).run()
    }

    private static func space(at path: String) -> DoctorCheck {
        var status = statvfs()
        let folder = InputFile.absolute(path).split(separator: "/").dropLast().joined(separator: "/")
        guard statvfs("/" + folder, &status) == 0 else {
            return .fail("disk", StorageError.cannotOpen(path: path, reason: SystemError.text(errno)))
        }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        let finding = DoctorFinding.diskSpace(path: path, free: free)
        return free < scarce ? .fail("disk", finding) : free < little ? .warn("disk", finding) : .ok("disk", "\(ByteCount(free)) free")
    }

    /// - Returns: what opens with it too, where it is this database's.
    private static func masterKey(
        _ installation: Installation, _ stores: Stores, _ configuration: GatewayConfiguration
    ) async throws -> ([DoctorCheck], Sealer?) {
        guard let expected = installation.masterKeyID else { return ([], nil) }
        let (path, name) = (configuration.masterKeyFile, "master key")
        do {
            guard let key = try MasterKeyFile.read(path) else { return ([.fail(name, MasterKeyError.missing(path: path))], nil) }
            let sealer = try Sealer(masterKey: key)
            guard sealer.masterKeyID == expected else {
                return ([.fail(name, MasterKeyError.other(path: path, expected: expected, seen: sealer.masterKeyID))], nil)
            }
            let secrets = try await SealedSecrets.open(in: stores, with: sealer)
            guard secrets.unopened.isEmpty else { return (secrets.unopened.prefix(20).map { .fail(name, SealError.notOpened, of: $0) }, sealer) }
            return ([.ok(name, "\(path) opens all \(secrets.opened) that are sealed")], sealer)
        } catch let error as MasterKeyError { return ([.fail(name, error)], nil) }
    }

    private static func signingKeys(of pools: [UserPool], _ stores: Stores) async throws -> [DoctorCheck] {
        var (checks, count) = ([DoctorCheck](), 0)
        for pool in pools {
            let signing = try await stores.keys.list(in: pool.id).filter { $0.phase == .current }
            count += signing.count
            for algorithm in pool.signingAlgorithms where !signing.contains(where: { $0.algorithm.hasSameBytes(as: algorithm) }) {
                checks.append(.fail("signing keys", DoctorFinding.noSigningKey(pool: pool.id.text, algorithm: algorithm)))
            }
        }
        if pools.isEmpty { return [.warn("pools", DoctorFinding.noPool)] }
        return checks.isEmpty ? [.ok("signing keys", "\(Counted(count, "key")) of \(Counted(pools.count, "pool")) sign")] : checks
    }

    /// PostgreSQL has tools of its own for it, of which nobody tells us: there only one of ours that grows old is found.
    private static func backup(_ installation: Installation, _ location: DatabaseLocation, at now: Date) -> [DoctorCheck] {
        let name = "backup"
        guard let moment = installation.backedUpAt else { return location.path == nil ? [] : [.warn(name, DoctorFinding.noBackup)] }
        guard moment > now.addingTimeInterval(-oldBackup) else { return [.warn(name, DoctorFinding.oldBackup(of: moment))] }
        return [.ok(name, "the newest is of \(SAMLInstant.format(moment))")]
    }

    /// What ends within 30 days, or has, as the servers keep it.
    private static func providers(_ stores: Stores, at now: Date) async throws -> [DoctorCheck] {
        var (checks, count, last) = ([DoctorCheck](), 0, ProviderEnds?.none)
        while checks.count < maximum {
            let found = try await stores.ends.list(after: last, limit: 100)
            guard !found.isEmpty else { break }
            (last, count) = (found.last, count + found.count)
            for ends in found {
                for part in ProviderEnds.Part.allCases {
                    guard let end = ends.end(of: part), end < now.addingTimeInterval(notice) else { continue }
                    checks.append(.warn("providers", DoctorFinding.providerEnds("\(ends.poolID) / \(ends.provider)", part, at: end)))
                }
            }
        }
        return checks.isEmpty && count > 0 ? [.ok("providers", "of \(count) nothing ends within 30 days")] : checks
    }
}
