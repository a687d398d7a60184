import OpenIDConnect
import UserPools

extension AppClient: RegisteredClient {
    package var registeredID: String { id.text }
}
