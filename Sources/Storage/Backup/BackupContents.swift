package import FoundationEssentials
import WireFormats

/// What is in a backup, as it says of itself: the first thing that is sealed.
package struct BackupContents: Sendable {
    package let madeAt: Date
    /// The version that made it.
    package let program: String
    package let schema: Int
    package let publicURL: String?
    package let masterKeyID: String?
    package let tables: [CopiedDatabase.Table]

    package var rows: Int { tables.map(\.rows).reduce(0, +) }
    package var pools: Int { rows(of: "user_pools") }
    package var clients: Int { rows(of: "app_clients") }
    package var users: Int { rows(of: "users") }

    private func rows(of table: String) -> Int { tables.first { $0.name.hasSameBytes(as: table) }?.rows ?? 0 }
}

extension BackupContents {
    var json: [UInt8] {
        JSONWriter.encode([
            "made_at": .integer(Int(madeAt.timeIntervalSince1970 * 1000)), "program": .string(program), "schema": .integer(schema),
            "public_url": publicURL.map { .string($0) } ?? .null, "master_key_id": masterKeyID.map { .string($0) } ?? .null,
            "tables": .array(tables.map { ["name": .string($0.name), "rows": .integer($0.rows), "sha256": .string($0.digest)] }),
        ])
    }

    /// nil where it is none.
    init?(json: [UInt8]) {
        guard let object = try? JSONParser.parseObject(json), let madeAt = object["made_at"]?.integer, let program = object["program"]?.string,
            let schema = object["schema"]?.integer, let tables = object["tables"]?.array
        else { return nil }
        self.madeAt = Date(timeIntervalSince1970: Double(madeAt) / 1000)
        (self.program, self.schema) = (program, schema)
        (publicURL, masterKeyID) = (object["public_url"]?.string, object["master_key_id"]?.string)
        var read: [CopiedDatabase.Table] = []
        for table in tables {
            guard let table = table.object, let name = table["name"]?.string, let rows = table["rows"]?.integer, let digest = table["sha256"]?.string
            else { return nil }
            read.append(CopiedDatabase.Table(name: name, rows: rows, digest: digest))
        }
        self.tables = read
    }
}
