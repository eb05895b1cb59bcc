import Foundation
import NIOCore
import Synchronization

/// Bytes in a payload.
///
/// In events and acknowledgements they travel as an attachment, at any depth of any `Codable` type. In other JSON they
/// are a base64 string.
public struct Binary: Sendable, Hashable, Codable {
    /// The bytes.
    public var bytes: ByteBuffer

    /// Wraps bytes.
    public init(_ bytes: ByteBuffer) {
        self.bytes = bytes
    }

    /// Copies bytes.
    public init<Bytes: Sequence<UInt8>>(_ bytes: Bytes) {
        self.bytes = ByteBuffer(bytes: bytes)
    }

    private struct Placeholder: Codable {
        var _placeholder: Bool
        var num: Int
    }

    /// - Throws: ``SocketIOError/missingAttachment(_:)`` when the attachment did not come with the packet.
    public init(from decoder: any Decoder) throws {
        guard let attachments = CodingUserInfoKey.attachments.flatMap({ decoder.userInfo[$0] }) as? [ByteBuffer] else {
            bytes = ByteBuffer(bytes: try Data(base64In: decoder))
            return
        }
        let placeholder = try Placeholder(from: decoder)
        guard placeholder._placeholder, attachments.indices.contains(placeholder.num) else {
            throw SocketIOError.missingAttachment(placeholder.num)
        }
        bytes = attachments[placeholder.num]
    }

    public func encode(to encoder: any Encoder) throws {
        if let collector = CodingUserInfoKey.binaryCollector.flatMap({ encoder.userInfo[$0] }) as? BinaryCollector {
            try Placeholder(_placeholder: true, num: collector.append(bytes)).encode(to: encoder)
        } else {
            var container = encoder.singleValueContainer()
            try container.encode(Data(bytes.readableBytesView).base64EncodedString())
        }
    }
}

extension Data {
    fileprivate init(base64In decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let data = Data(base64Encoded: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not base64")
        }
        self = data
    }
}

/// Gathers the attachments of a payload while it is encoded.
final class BinaryCollector: Sendable {
    private let collected = Mutex<[ByteBuffer]>([])

    var attachments: [ByteBuffer] { collected.withLock { $0 } }

    /// Its number.
    func append(_ bytes: ByteBuffer) -> Int {
        collected.withLock {
            $0.append(bytes)
            return $0.count - 1
        }
    }
}

extension CodingUserInfoKey {
    static let attachments = CodingUserInfoKey(rawValue: "SocketIO.attachments")
    static let binaryCollector = CodingUserInfoKey(rawValue: "SocketIO.binaryCollector")
}
