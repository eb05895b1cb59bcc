import EngineIO
import Foundation
import NIOCore
import NIOFoundationCompat

/// Thrown by a middleware to refuse a socket. The client gets CONNECT_ERROR `{"message":…,"data":…}`.
public struct ConnectError: Error, Sendable {
    /// Shown to the client.
    public let message: String
    let data: ByteBuffer?

    /// A refusal without data.
    public init(message: String) {
        self.message = message
        self.data = nil
    }

    /// A refusal with data for the client's `error.data`.
    ///
    /// - Throws: what `data` throws when it is encoded.
    public init<Payload: Encodable>(message: String, data: Payload) throws {
        self.message = message
        self.data = ByteBuffer(data: try SocketIOConfiguration().makeEncoder().encode(data))
    }

    var json: ByteBuffer {
        var json = ByteBuffer(string: #"{"message":"#)
        json.writeJSONString(message)
        if let data {
            json.writeString(#","data":"#)
            json.writeImmutableBuffer(data)
        }
        json.writeString("}")
        return json
    }
}
