import UserPools

/// The logo of an app that registered itself, fetched when it says where it is: a page of ours shows no picture of somebody else's host, which could be
/// another one for whoever looks at it, and would learn who does.
enum FetchedLogo {
    /// nil where there is none, or it is no picture that is shown: an app without a logo is an app all the same.
    static func image(at url: String?, from documents: any DocumentSource) async -> Image? {
        guard let url, let bytes = try? await documents.fetch(url, limit: LogoPicture.maximumBytes) else { return nil }
        return try? LogoPicture.image(bytes)
    }
}
