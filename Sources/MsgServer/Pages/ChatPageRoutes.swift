import ChatPage
import Foundation
import HTTPTypes
import Hummingbird
import MsgKit
import NIOCore

/// The chat page at `/` and its files.
struct ChatPageRoutes: Sendable {
    private let files: [String: PageFile]

    init(registration: RegistrationPolicy) {
        let files = ChatPage.files(offersRegistration: registration == .open)
        self.files = Dictionary(files.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    }

    var routes: [Route] {
        [
            Route(page: "/") { request in try response("", to: request.request) },
            Route(page: "/chat/:file") { request in
                try response("chat/" + (request.context.parameters.get("file") ?? ""), to: request.request)
            },
        ]
    }

    /// The file, or 304 to who has it. Browsers ask each time: after an upgrade nobody goes on with old scripts.
    private func response(_ path: String, to request: Request) throws -> Response {
        guard let file = files[path] else { throw MsgError(.notFound, "There is no such file.") }
        var headers: HTTPFields = [.eTag: file.entityTag, .cacheControl: "no-cache"]
        headers[.contentSecurityPolicy] = ContentPolicy.page.text
        guard !Self.isKnown(file.entityTag, to: request) else {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = file.contentType
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: file.bytes)))
    }

    private static func isKnown(_ tag: String, to request: Request) -> Bool {
        let known = request.headers[values: .ifNoneMatch].flatMap { $0.split(separator: ",") }
        return known.contains { item in
            let item = item.trimmingCharacters(in: .whitespaces)
            // A proxy that compresses makes a tag weak.
            return item == tag || item == "W/" + tag || item == "*"
        }
    }
}
