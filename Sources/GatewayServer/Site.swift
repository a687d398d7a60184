package import Gateway
package import OpenIDConnect
package import UserPools

/// The pool that a request is for, and the address under which the browser reached it.
package struct Site: Sendable {
    package let pool: UserPool
    package let address: PoolAddress
    /// What the endpoints' paths are appended to where the request came, if that is where clients show certificates (RFC 8705 §5).
    package var certificateBase: String?
    /// With which the request came.
    package var clientCertificate: PresentedCertificate?
}
