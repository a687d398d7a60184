import Gateway
import UserPools

/// The file of a logo, as an admin gives it.
enum LogoFile {
    static func image(_ bytes: [UInt8], of field: Field = .logo) throws(AdministrationError) -> Image {
        do { return try LogoPicture.image(bytes) } catch {
            throw .invalid(field, "the file", "\(error.reason)", example: .words("\(error.example)"))
        }
    }
}
