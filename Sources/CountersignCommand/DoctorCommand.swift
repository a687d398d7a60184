import ArgumentParser
import FoundationEssentials
import Gateway
import Storage
import UserPools
import WireFormats

struct DoctorCommand: AnsweringCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look an installation over: is everything there that it needs, and for how long.",
        discussion: """
            countersign doctor
            countersign doctor --output json
            countersign doctor --public-url https://id.example.com \\
                --config /etc/countersign/countersign.json

            Looked at are the database and the room on its disk, the master key and all
            that is sealed with it, the keys of each pool, what of the providers ends
            within 30 days, and, from this machine, the public URL: its name, its
            certificate, what it answers, the clock there, and whether a proxy tells who
            asks. Nothing is changed, and servers may run.

            Exit status: 0 nothing fails, 1 something does; a warning alone is 0.
            """)
    @OptionGroup var publicURL: PublicURLOption
    @OptionGroup var shared: SharedOptions

    func answer() async throws -> Answer {
        let configuration = try GatewayConfiguration(
            flags: shared.flags([.publicURL: publicURL.value]), file: shared.config, needingMasterKey: false)
        guard configuration.database.exists else { throw configuration.database.missing() }
        return Answer(await Checkup.run(configuration))
    }
}

/// One thing that was looked at.
struct DoctorCheck: Sendable {
    enum Verdict: String, Sendable { case ok, warn, fail }

    let name: String
    let verdict: Verdict
    var code: String?
    let message: String
    var remedy: String?

    static func ok(_ name: String, _ message: String) -> DoctorCheck { DoctorCheck(name: name, verdict: .ok, message: message) }

    static func warn(_ name: String, _ error: any Diagnosable, of place: String? = nil) -> DoctorCheck { .init(name, .warn, error, place) }

    static func fail(_ name: String, _ error: any Diagnosable, of place: String? = nil) -> DoctorCheck { .init(name, .fail, error, place) }

    init(_ name: String, _ verdict: Verdict, _ error: any Diagnosable, _ place: String? = nil) {
        let seen = error.seen.map { " Seen: \($0)." } ?? ""
        self.init(
            name: name, verdict: verdict, code: error.code, message: (place.map { "\($0): " } ?? "") + error.message + seen, remedy: error.remedy)
    }

    init(name: String, verdict: Verdict, code: String? = nil, message: String, remedy: String? = nil) {
        (self.name, self.verdict, self.code, self.message, self.remedy) = (name, verdict, code, message, remedy)
    }
}

extension Answer {
    fileprivate init(_ checks: [DoctorCheck]) {
        func count(_ verdict: DoctorCheck.Verdict) -> Int { checks.count { $0.verdict == verdict } }
        var text = ""
        for check in checks {
            let verdict = check.verdict.rawValue
            let line = verdict + String(repeating: " ", count: 6 - verdict.utf8.count) + check.name + ": " + (check.code.map { $0 + ": " } ?? "")
            for line in Wrapping.lines(line + check.message, width: Terminal.width, breakingWords: false) { text += Printable.line(line) + "\n" }
            for line in Wrapping.lines(check.remedy.map { "remedy: " + $0 } ?? "", width: Terminal.width.map { $0 - 6 }, breakingWords: false)
            where check.remedy != nil {
                text += "      " + Printable.line(line) + "\n"
            }
        }
        self.init(
            document: [
                "ok": .integer(count(.ok)), "warnings": .integer(count(.warn)), "failures": .integer(count(.fail)),
                "checks": .array(
                    checks.map {
                        [
                            "check": .string($0.name), "verdict": .string($0.verdict.rawValue), "code": $0.code.map { .string($0) } ?? .null,
                            "message": .string($0.message), "remedy": $0.remedy.map { .string($0) } ?? .null,
                        ]
                    }),
            ],
            text: text + "\(count(.ok)) ok, \(Counted(count(.warn), "warning")), \(Counted(count(.fail), "failure")).\n",
            status: count(.fail) == 0 ? 0 : CommandFailure.refused)
    }
}
