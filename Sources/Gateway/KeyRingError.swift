package import OpenIDConnect
package import UserPools

/// Why a pool's keys are not at hand.
package enum KeyRingError: Diagnosable, Equatable {
    case store(StoreError)
    case seal(SealError)
    case rotation(KeyRotationError)
    case samlKeys(SAMLKeyError)
    case module(SecurityModuleError)

    init(_ error: any Error) {
        self =
            switch error {
            case let error as StoreError: .store(error)
            case let error as SealError: .seal(error)
            case let error as KeyRotationError: .rotation(error)
            case let error as SAMLKeyError: .samlKeys(error)
            case let error as SecurityModuleError: .module(error)
            case SigningKeyError.module(let error): .module(error)
            case let error as KeyRingError: error
            default: .store(.corrupt(what: "a signing key of the pool"))
            }
    }

    private var cause: any Diagnosable {
        switch self {
        case .store(let error): error
        case .seal(let error): error
        case .rotation(let error): error
        case .samlKeys(let error): error
        case .module(let error): error
        }
    }

    package var code: String { cause.code }
    package var message: String { cause.message }
    package var expected: String? { cause.expected }
    package var seen: String? { cause.seen }
    package var remedy: String { cause.remedy }
    package var acts: [Remedy] { cause.acts }
}
