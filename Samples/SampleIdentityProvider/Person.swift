/// Somebody who can sign in here.
struct Person: Sendable {
    let username: String
    let givenName: String
    let surname: String
    let groups: [String]

    var email: String { "\(username)@example.com" }
    var displayName: String { "\(givenName) \(surname)" }

    static let all = [
        Person(username: "alice", givenName: "Alice", surname: "Archer", groups: ["admins", "engineering"]),
        Person(username: "bob", givenName: "Bob", surname: "Müller", groups: ["engineering"]),
        Person(username: "carol", givenName: "Carol", surname: "Okafor", groups: []),
    ]

    /// Everybody's password is their name. A real identity provider hashes passwords, slows down guesses and asks for a second factor.
    static func signedIn(_ username: String?, _ password: String?) -> Person? {
        all.first { $0.username == username && $0.username == password }
    }
}
