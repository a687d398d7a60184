package import UserPools

/// The browser was not sent where the app wanted it after the sign-out; the person stays at a page of ours, and the admin reads why.
package struct SignOutNotice: Diagnosable {
    let asked: String
    package let client: AppClient.ID?

    package var code: String { "sign_out.redirect_uri" }
    package var message: String {
        client == nil
            ? "After the sign-out the app wants the browser at an address, and the request names no app that is known."
            : "After the sign-out the app wants the browser at an address that it did not register."
    }
    package var expected: String? { "a registered post-logout redirect URI, character by character" }
    package var seen: String? { String(decoding: asked.utf8.prefix(200), as: UTF8.self) }
    package var remedy: String {
        client == nil
            ? "Let the app send id_token_hint, or its client_id."
            : "If the address is the app's own, register exactly this one; else correct it in the app."
    }
    package var acts: [Remedy] { client == nil ? [] : [.addLogoutURI] }
}
