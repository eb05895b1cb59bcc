import HTTPTypes
import Hummingbird
import MsgKit

/// `/api-docs`: what the server offers, for people and for programs. Nothing of it is secret.
struct DocumentRoutes: Sendable {
    private static let json = "application/json; charset=utf-8"
    private static let html = "text/html; charset=utf-8"

    private let page: StaticFile
    private let policy: ContentPolicy
    private let files: [String: StaticFile]

    /// - Parameter swaggerUI: nil for a plain page of our own.
    init(swaggerUI: SwaggerUI?) {
        if let swaggerUI {
            page = StaticFile(type: Self.html, text: SwaggerUI.page)
            policy = .swaggerUI
            files = swaggerUI.files
        } else {
            page = StaticFile(type: Self.html, text: PlainDocumentPage.html(of: EmbeddedDocument.openAPI))
            policy = .plainPage
            files = ["page.css": StaticFile(type: "text/css; charset=utf-8", text: PlainDocumentPage.style)]
        }
    }

    var routes: [Route] {
        let openAPI = StaticFile(type: Self.json, bytes: EmbeddedDocument.openAPI)
        let asyncAPI = StaticFile(type: Self.json, bytes: EmbeddedDocument.asyncAPI)
        return [
            Route(page: "/api-docs") { _ in page.response(policy: policy) },
            Route(page: "/api-docs/openapi.json") { _ in openAPI.response() },
            Route(page: "/api-docs/asyncapi.json") { _ in asyncAPI.response() },
            Route(page: "/api-docs/:file") { request in
                guard let name = request.context.parameters.get("file"), let file = files[name] else {
                    throw MsgError(.notFound, "There is no such file.")
                }
                return file.response()
            },
        ]
    }
}
