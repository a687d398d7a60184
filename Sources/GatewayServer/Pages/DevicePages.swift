import FoundationEssentials
import Gateway
import HTTPTypes
import OpenIDConnect
import UserPools

extension Pages {
    /// Why the page with the box is there once more.
    enum DeviceProblem: Sendable {
        case unknown, tooMany
        /// It was answered, took too long, or began in another browser.
        case gone
    }

    /// Where a person types the code that a device shows.
    ///
    /// - Parameter code: what stands in the box: where the address brought it, the person compares it with the device's (RFC 8628 §3.3.1).
    static func enterDeviceCode(_ code: String?, problem: DeviceProblem?, csrf: String, pageContext: PageContext) -> Page {
        // Not a text of any length.
        let code = code.flatMap { UserCode(typed: $0)?.shown ?? ($0.utf8.count <= 32 ? $0 : nil) } ?? ""
        var values: Values = [.action: .text(pageContext.base + "/device"), .csrf: .text(csrf), .userCode: .text(code)]
        values[.filled] = .shown(!code.isEmpty && problem == nil)
        if let problem {
            values[.problem] = .items([
                [.unknown: .shown(problem == .unknown), .many: .shown(problem == .tooMany), .gone: .shown(problem == .gone)]
            ])
        }
        return Page(
            kind: .device, status: problem == .tooMany ? .tooManyRequests : .ok, pageContext: pageContext, values: values,
            formTargets: anyProvider(pageContext))
    }

    /// The question whether the device is let in.
    static func confirmDevice(_ question: DeviceSignIn.Question, code: String, csrf: String, pageContext: PageContext) -> Page {
        var values: Values = [
            .action: .text(pageContext.base + "/device/confirm"), .csrf: .text(csrf), .app: .text(question.app), .person: .text(question.person),
            .userCode: .text(question.userCode.shown), .when: .text(minute(question.askedAt)),
            .fields: hidden([("user_code", question.userCode.shown), ("code", code)]),
        ]
        if let address = question.address { values[.from] = .items([[.address: .text(address)]]) }
        return Page(kind: .deviceConfirm, pageContext: pageContext, values: values, formTargets: anyProvider(pageContext))
    }

    static func deviceAllowed(pageContext: PageContext) -> Page { Page(kind: .deviceAllowed, pageContext: pageContext) }

    static func deviceDenied(pageContext: PageContext) -> Page { Page(kind: .deviceDenied, pageContext: pageContext) }

    /// `2026-11-29 10:05 UTC`: the same in every language, and no more exact than a person needs.
    private static func minute(_ date: Date) -> String {
        let text = date.formatted(
            .iso8601.year().month().day().dateSeparator(.dash).dateTimeSeparator(.space).time(includingFractionalSeconds: false))
        return String(text.prefix(16)) + " UTC"
    }
}
