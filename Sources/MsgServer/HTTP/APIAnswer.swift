import Foundation
import HTTPTypes
import Hummingbird
import MsgKit
import NIOCore
import NIOFoundationCompat

/// What a route answers: a status and a JSON body.
struct APIAnswer: Sendable {
    var status: HTTPResponse.Status
    var body: any Encodable & Sendable

    /// `{"success":true,"message":…}` and the payload's fields beside them.
    init(_ message: String, _ payload: any Encodable & Sendable = Nothing(), status: HTTPResponse.Status = .ok) {
        self.status = status
        body = Success(success: true, message: message, payload: payload)
    }

    /// A body of its own form.
    init(status: HTTPResponse.Status, body: any Encodable & Sendable) {
        self.status = status
        self.body = body
    }

    func response() throws -> Response {
        Response(json: try JSONEncoder.msgctl().encode(body), status: status)
    }

    /// No fields.
    struct Nothing: Encodable, Sendable {}

    private struct Success: Encodable {
        var success: Bool
        var message: String
        var payload: any Encodable & Sendable

        enum CodingKeys: CodingKey {
            case success, message
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(success, forKey: .success)
            try container.encode(message, forKey: .message)
            try payload.encode(to: encoder)
        }
    }
}

extension Response {
    /// A JSON body that no cache keeps: every answer is one user's.
    init(json: Data, status: HTTPResponse.Status) {
        self.init(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(data: json)))
    }
}
