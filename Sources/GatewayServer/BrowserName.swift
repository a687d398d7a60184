/// Of what kind a browser says it is, in our words and none of its own: for people to tell their sessions apart, and for nothing else.
enum BrowserName {
    private static let longest = 512
    /// The first that is named counts: most browsers name others as well.
    private static let browsers: [(mark: String, name: String)] = [
        ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Version/", "Safari"),
    ]
    private static let systems: [(mark: String, name: String)] = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]

    /// `Firefox, Linux`; nil where nothing is known of it.
    static func name(of userAgent: String?) -> String? {
        guard let userAgent else { return nil }
        let bytes = Array(userAgent.utf8.prefix(longest))
        func first(_ list: [(mark: String, name: String)]) -> String? { list.first { bytes.contains(Array($0.mark.utf8)) }?.name }
        let parts = [first(browsers), first(systems)].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
