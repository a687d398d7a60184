import OpenIDConnect
import SAML

extension SignInError {
    /// Without what a provider says in words of its own, which may name the person.
    package var withoutWords: SignInError {
        guard case .saml(let error) = self, case .status(let status) = error else { return self }
        return .saml(.status(status?.withoutMessage))
    }
}

extension SignInFailure {
    var standing: RefusalStanding { steps?.standing ?? .nobody }

    /// What an app asks for to hear just that.
    var isRoutine: Bool {
        guard wayBack != nil, case .oauth(let error) = error else { return false }
        return [.loginRequired, .interactionRequired, .consentRequired].contains(error.error)
    }
}
