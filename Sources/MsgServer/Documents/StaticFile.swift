import HTTPTypes
import Hummingbird
import NIOCore

/// A file that is the same for everybody, held in memory.
struct StaticFile: Sendable {
    /// How long browsers keep one: an upgrade is seen soon.
    private static let cacheControl = "public, max-age=300"

    let type: String
    let bytes: ByteBuffer

    init(type: String, bytes: ByteBuffer) {
        self.type = type
        self.bytes = bytes
    }

    init(type: String, text: String) {
        self.init(type: type, bytes: ByteBuffer(string: text))
    }

    /// - Parameter policy: of a page; nil for the usual one, which allows nothing.
    func response(policy: ContentPolicy? = nil) -> Response {
        var headers: HTTPFields = [.contentType: type, .cacheControl: Self.cacheControl]
        headers[.contentSecurityPolicy] = policy?.text
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: bytes))
    }
}
