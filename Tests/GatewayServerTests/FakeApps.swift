import Synchronization
import TokenVerifier
import WireFormats

/// Apps that take logout tokens: keeps what they got, answers as it is told.
final class FakeApps: HTTPTransport {
    struct Received: Sendable {
        let url: String
        let contentType: String?
        let fields: [(name: String, value: String)]

        /// The only field there is.
        var logoutToken: String? { fields.count == 1 && fields[0].name == "logout_token" ? fields[0].value : nil }
    }

    private struct State {
        var received: [Received] = []
        var answer: @Sendable (String) throws(HTTPTransportError) -> Int = { _ in 200 }
    }

    private let state = Mutex(State())

    var received: [Received] { state.withLock(\.received) }
    func answer(_ answer: @escaping @Sendable (_ url: String) throws(HTTPTransportError) -> Int) { state.withLock { $0.answer = answer } }

    func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
        let type = request.headers.first { $0.name == "content-type" }?.value
        let answer = state.withLock { state in
            if request.method == "POST" {
                state.received.append(Received(url: request.url, contentType: type, fields: FormCoding.decode(request.body) ?? []))
            }
            return state.answer
        }
        return HTTPTransportResponse(status: try answer(request.url))
    }
}
