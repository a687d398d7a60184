package import Gateway
package import OpenIDConnect
package import UserPools

/// The pool that a request is for, and the address under which the browser reached it.
package struct Site: Sendable {
    package let pool: UserPool
    package let address: PoolAddress
    /// With which the request came.
    package var clientCertificate: PresentedCertificate?
}
