import Administration
import Gateway
import UserPools

/// A request of the console that was refused, with its status of HTTP. Its page has code and remedy: who reads it is an admin, or wants to be one.
struct ConsoleFailure: Error {
    let error: any Diagnosable
    let status: Int

    init(_ error: ConsoleError) { (self.error, status) = (error, error.status) }

    init(_ error: AdministrationError) {
        self.error = error
        status =
            switch error {
            case .problems, .metadata, .discovery: 400
            case .notFound: 404
            case .store(.rightLost), .keys(.store(.rightLost)): 403
            case .protected, .changedMeanwhile, .twoSecrets, .clientSecret, .store(.conflict), .keys(.rotation), .keys(.samlKeys): 409
            case .fetch, .relyingParty, .keys, .store: 503
            }
    }

    /// What is wrong with the server itself: for its log, since nobody has proven yet who they are.
    var isOfServer: Bool {
        switch error as? ConsoleError {
        case .other, .unknownPool: true
        default: false
        }
    }

    /// Whether signing in once more may help.
    var asksForSignIn: Bool {
        guard let error = error as? ConsoleError else { return false }
        if case .notMember = error { return true }
        return error.isMendedBySigningIn
    }
}
