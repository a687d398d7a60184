import Gateway
import Glibc
import NIOCore

/// Why the server cannot listen.
struct ListenError: Diagnosable {
    let code: String
    let message: String
    let remedy: String

    /// nil where the error is of another kind.
    init?(_ error: any Error, address: GatewayConfiguration.ListenAddress, setting: Setting = .listen) {
        let flag = setting.flag
        let next = GatewayConfiguration.ListenAddress(host: address.host, port: min(65_535, address.port + 1), isLoopback: false).text
        let reason: (code: String, text: String, remedy: String)
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE:
            reason = (
                "listen.in_use", "another program listens there already",
                "Stop it ('ss -ltnp' shows which it is), or choose another port, for example: \(flag) \(next)"
            )
        case let error as IOError where error.errnoCode == EACCES || error.errnoCode == EPERM:
            reason = (
                "listen.not_permitted", "this user may not",
                "Ports below 1024 need the capability CAP_NET_BIND_SERVICE; or choose a higher one, for example: \(flag) \(setting.example)"
            )
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL:
            reason = (
                "listen.not_here", "this machine does not have that address",
                "'ip address' shows which it has; for example: \(flag) \(setting.example)"
            )
        case let error as IOError:
            reason = ("listen.failed", SystemError.text(error.errnoCode), "Check the address, for example: \(flag) \(setting.example)")
        case is SocketAddressError, is SocketAddressError.UnknownHost:
            reason = ("listen.unknown_host", "its name has no address", "Give an address of this machine, for example: \(flag) \(setting.example)")
        default: return nil
        }
        code = reason.code
        message = "The server cannot listen on \(address.text): \(reason.text)."
        remedy = reason.remedy
    }
}
