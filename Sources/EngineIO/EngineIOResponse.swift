import HTTPTypes
import NIOCore

/// A whole HTTP response: of the polling transport, or of an application for requests that are not Engine.IO's.
public struct EngineIOResponse: Sendable {
    /// Status and header fields; the length of the body is among them.
    public var head: HTTPResponse
    /// The whole body.
    public var body: ByteBuffer

    /// A response of the application. The server adds the length of its body and the date.
    public init(head: HTTPResponse, body: ByteBuffer = ByteBuffer()) {
        self.head = head
        self.body = body
    }

    /// A response with a text, `text/plain` in UTF-8 unless another type is given.
    public init(status: HTTPResponse.Status, text: String, contentType: String = "text/plain; charset=UTF-8") {
        self.head = HTTPResponse(status: status, headerFields: [.contentType: contentType])
        self.body = ByteBuffer(string: text)
    }

    init(status: HTTPResponse.Status, contentType: String?, body: ByteBuffer) {
        var headers = HTTPFields()
        headers[.contentLength] = String(body.readableBytes)
        headers[.cacheControl] = "no-store"
        if let contentType { headers[.contentType] = contentType }
        self.head = HTTPResponse(status: status, headerFields: headers)
        self.body = body
    }

    /// Packets for a GET.
    init(payload: ByteBuffer) {
        self.init(status: .ok, contentType: "text/plain; charset=UTF-8", body: payload)
    }

    /// A refusal in the reference's JSON form.
    init(problem: EngineIOProblem) {
        self.init(status: problem.status, contentType: "application/json", body: problem.body)
    }

    /// The answer to a POST whose packets were taken.
    static let postTaken = EngineIOResponse(status: .ok, contentType: "text/html", body: ByteBuffer(string: "ok"))
}

extension EngineIOResponse {
    /// The answer that ends a poll without a message.
    static let noop = EngineIOResponse(payload: ByteBuffer(string: "6"))
}
