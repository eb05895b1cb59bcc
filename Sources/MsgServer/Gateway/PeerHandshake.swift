import EngineIO
import Foundation
import HTTPTypes
import MsgKit
import NIOCore
import SocketIO

/// A socket's handshake in the form of Socket.IO's JavaScript servers, for those among them that ask.
///
/// What proves who the client is, or may, stays here: they learn no tokens, no cookies and no query.
struct PeerHandshake: Encodable {
    private static let headerNames = [
        "host", "origin", "user-agent", "accept-language", "x-forwarded-for", "x-real-ip",
    ]

    private struct Query: Encodable {
        // The names of the protocol.
        var EIO = "4"
        var transport: String
    }

    private struct Nothing: Encodable {}

    private let headers: [String: String]
    private let time: String
    private let address: String
    private let xdomain: Bool
    private let secure: Bool
    /// In milliseconds since 1970.
    private let issued: Int64
    private let url = "/socket.io/"
    private let query: Query
    private let auth = Nothing()

    init(_ handshake: Handshake) {
        var headers: [String: String] = [:]
        for name in Self.headerNames {
            if let field = HTTPField.Name(name), let value = handshake.headers[field] { headers[name] = value }
        }
        self.headers = headers
        time = handshake.time.iso8601
        issued = handshake.time.millisecondsSince1970
        address = handshake.remoteAddress?.ipAddress ?? ""
        xdomain = headers["origin"] != nil
        secure = handshake.secure || ForwardedProtocol.isTLS(handshake.headers[.xForwardedProto])
        query = Query(transport: handshake.transport.rawValue)
    }

    var json: String {
        guard let data = try? JSONEncoder.msgctl().encode(self) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}
