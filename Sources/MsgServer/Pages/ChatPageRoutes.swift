import ChatPage
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The chat page at `/` and its files.
struct ChatPageRoutes: Sendable {
    func register(in router: Router<RequestContext>) {
        for file in ChatPage.files {
            let path = RouterPath("/" + file.path)
            router.on(path, method: .get) { request, _ in Self.response(file, to: request) }
            for method in [HTTPRequest.Method.post, .put, .patch, .delete, .options] {
                router.on(path, method: method) { _, _ -> Response in throw MethodNotAllowed(allow: "GET, HEAD") }
            }
        }
    }

    /// The file, or 304 to who has it. Browsers ask each time: after an upgrade nobody goes on with old scripts.
    private static func response(_ file: PageFile, to request: Request) -> Response {
        var headers: HTTPFields = [.eTag: file.entityTag, .cacheControl: "no-cache"]
        headers[.contentSecurityPolicy] = ContentPolicy.page.text
        guard !isKnown(file.entityTag, to: request) else { return Response(status: .notModified, headers: headers) }
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
