/// A value of a table of headers or arguments, as far as this program writes or reads any.
enum HeaderValue: Sendable, Equatable {
    case bool(Bool)
    case integer(Int64)
    case text(String)
    case table([String: HeaderValue])
}
