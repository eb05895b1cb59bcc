import CDocuments
import NIOCore

/// A file of `docs/` that is part of the binary.
enum EmbeddedDocument {
    /// The REST API, as OpenAPI 3.1.
    static var openAPI: ByteBuffer { bytes(msgctl_openapi_json) }
    /// The events of Socket.IO, as AsyncAPI 3.0.
    static var asyncAPI: ByteBuffer { bytes(msgctl_asyncapi_json) }

    private static func bytes(_ file: (UnsafeMutablePointer<Int>) -> UnsafePointer<UInt8>) -> ByteBuffer {
        var size = 0
        let start = file(&size)
        return ByteBuffer(bytes: UnsafeBufferPointer(start: start, count: size))
    }
}
