/// `response_mode` (OAuth 2.0 Multiple Response Types §2.1, OAuth 2.0 Form Post Response Mode, JARM §2.3).
package enum ResponseMode: String, Sendable, Hashable, CaseIterable {
    case query
    case formPost = "form_post"
    /// What `query.jwt` says: the default of the response type `code`.
    case jwt
    case queryJWT = "query.jwt"
    case formPostJWT = "form_post.jwt"

    /// Whether the answer is one signed text, of which nothing can be changed or taken from another.
    package var isSigned: Bool {
        switch self {
        case .query, .formPost: false
        case .jwt, .queryJWT, .formPostJWT: true
        }
    }

    /// Whether it comes by a form.
    package var isForm: Bool {
        switch self {
        case .query, .jwt, .queryJWT: false
        case .formPost, .formPostJWT: true
        }
    }
}
