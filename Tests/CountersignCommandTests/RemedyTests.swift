import Foundation
import Gateway
import TestSupport
import Testing
import UserPools

@testable import CountersignCommand

/// "A remedy is safe to follow word for word": each act is executed as it is rendered, succeeds, and takes away what it names and nothing else.
@Suite("Remedies", .serialized)
struct RemedyTests {
    @Test("each act, executed by the real binary, succeeds; of what was there before it changes what it names, and loses nothing else")
    func executed() async throws {
        try await RemedyStage.with { stage in
            var before = try await stage.state()
            for trial in RemedyTrial.all {
                if !trial.preparation.isEmpty {
                    #expect(try await stage.admin.binary.run(stage.filled(trial.preparation)).status == 0, "\(trial.preparation)")
                    before = try await stage.state()
                }
                let words = try #require(trial.remedy.words(at: stage.place(trial.provider))).map { word in
                    switch word {
                    case .plain(let text): text
                    case .blank(let blank): trial.blanks[blank].map(stage.filled) ?? stage.blanks[blank] ?? blank.rawValue
                    }
                }
                if trial.asks {
                    let asked = try await stage.admin.binary.run(words + ["--output", "json"])
                    #expect(asked.failure["error"] as? String == "admin.not_confirmed", "\(words)")
                    #expect(try await stage.state() == before, "\(words)")
                }
                let result = try await stage.admin.binary.run(words + (trial.asks ? ["--yes"] : []))
                #expect(result.status == 0, "\(words): \(result.error)")
                if trial.remedy == .replaceMetadata { #expect(result.error.contains("removed the metadata address http")) }
                let after = try await stage.state()
                let named = Set(trial.changes.map(stage.filled)), new = after.subtracting(before)
                let gone = Set(before.subtracting(after).map { named.contains("\($0.path)=\($0.text)") ? "\($0.path)=\($0.text)" : $0.path })
                #expect(gone == named, "\(words)")
                #expect(trial.onlyReads ? gone.isEmpty && new.isEmpty : !gone.isEmpty || !new.isEmpty, "\(words) does nothing, or more than to read")
                before = after
            }
        }
    }

    @Test("every act of docs/errors.md, and every kind of act that there is, is among those that are executed")
    func complete() async throws {
        let executed = Set(RemedyTrial.all.map { $0.remedy.command(at: Place()) })
        let ofErrors = Set(try await ErrorCatalogue.remedies().values.joined().flatMap(\.acts).filter { $0.words(at: Place()) != nil })
        try #require(ofErrors.count > 30)
        #expect(Set(ofErrors.map { $0.command(at: Place()) }).subtracting(executed) == [])

        let source = try String(contentsOf: Package.folder.appendingPathComponent("Sources/Gateway/Remedy.swift"), encoding: .utf8)
        let kinds = source.matches(of: #/(?m)^    case (\w+)/#).map { String($0.output.1) }
        try #require(kinds.count > 40)
        let tried = Set(RemedyTrial.all.map { String("\($0.remedy)".prefix { $0.isLetter || $0.isNumber }) })
        #expect(Set(kinds).subtracting(tried) == ["configure"], "a setting is no command")
    }

    @Test("words of a shell: what came from outside is quoted, and leaves a command of one line")
    func quoted() {
        #expect(
            Remedy.unlinkIdentity(user: "u", provider: "corp", subject: "a'; rm -rf /\n").command(at: Place(pool: "p", user: "other"))
                == #"countersign user unlink u --pool p --provider corp --subject 'a'\''; rm -rf /\u{a}'"#)
        #expect(Remedy.addRedirectURI.command(at: Place()) == "countersign client update CLIENT_ID --pool POOL --add-redirect-uri URI")
        #expect(Remedy.endPrompt.command(at: Place(pool: "p", provider: "op")) == "countersign idp update op --pool p --prompt ''")
    }
}
