import Crypto

/// A file of a page, as browsers get it.
public struct PageFile: Sendable {
    /// Below the page's address; empty for the page itself.
    public let path: String
    public let contentType: String
    public let bytes: [UInt8]
    /// Changes whenever the bytes do; with the quotes of an `ETag` header.
    public let entityTag: String

    init(_ path: String, _ contentType: String, _ bytes: [UInt8]) {
        self.path = path
        self.contentType = contentType
        self.bytes = bytes
        let digits = SHA256.hash(data: bytes).prefix(16).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        entityTag = "\"\(digits.joined())\""
    }
}
