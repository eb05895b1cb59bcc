import Foundation
import NIOCore
import NIOFoundationCompat

/// Payloads to and from JSON, with binary values as attachments.
package final class JSONCodec: Sendable {
    private let makeEncoder: @Sendable () -> JSONEncoder
    private let makeDecoder: @Sendable () -> JSONDecoder

    package init(configuration: SocketIOConfiguration) {
        makeEncoder = configuration.makeEncoder
        makeDecoder = configuration.makeDecoder
    }

    package func encode<each Payload: Encodable>(_ payload: repeat each Payload) throws -> EncodedPayload {
        let encoder = makeEncoder()
        let collector = BinaryCollector()
        if let key = CodingUserInfoKey.binaryCollector { encoder.userInfo[key] = collector }
        var encoded = EncodedPayload()
        for value in repeat each payload {
            encoded.arguments.append(ByteBuffer(data: try encoder.encode(value)))
        }
        encoded.attachments = collector.attachments
        return encoded
    }

    package func decode<Value: Decodable>(_ type: Value.Type, from json: ByteBuffer, attachments: [ByteBuffer]) throws
        -> Value
    {
        let decoder = makeDecoder()
        if !attachments.isEmpty, let key = CodingUserInfoKey.attachments { decoder.userInfo[key] = attachments }
        return try decoder.decode(type, from: json)
    }
}
