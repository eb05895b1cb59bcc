/// The path exists, but not with this method.
struct MethodNotAllowed: Error {
    /// The methods that it takes, as the `Allow` header lists them.
    var allow: String
}
