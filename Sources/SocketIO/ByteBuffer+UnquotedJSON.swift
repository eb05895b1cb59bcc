import Foundation
import NIOCore
import NIOFoundationCompat

extension ByteBuffer {
    /// The text of a JSON string that the scanner has checked; nil when it holds half a surrogate pair.
    var unquotedJSONString: String? {
        let content = readableBytesView.dropFirst().dropLast()
        guard content.contains(UInt8(ascii: "\\")) else { return String(decoding: content, as: UTF8.self) }
        return try? JSONDecoder().decode(String.self, from: self)
    }
}
