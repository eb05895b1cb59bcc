import Foundation
import MsgKit
import NIOCore
import NIOFoundationCompat

/// The page at `/api-docs` where there is no Swagger UI: the calls of the document by their groups, without any script.
enum PlainDocumentPage {
    private struct Document: Decodable {
        struct Tag: Decodable {
            var name: String
        }

        struct Operation: Decodable {
            var tags: [String]
            var summary: String
        }

        var tags: [Tag]
        var paths: [String: [String: Operation]]
    }

    static func html(of document: ByteBuffer) -> String {
        var groups = ""
        // A document that can't be read is no reason not to serve; a test reads the one that is built in.
        if let document = try? JSONDecoder().decode(Document.self, from: document) {
            for tag in document.tags { groups += group(tag.name, of: document) }
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>msgctl: REST API</title>
            <link rel="stylesheet" href="/api-docs/page.css">
            </head>
            <body>
            <h1>msgctl: REST API</h1>
            <p>For programs: <a href="/api-docs/openapi.json">openapi.json</a>, and for the events of Socket.IO
            <a href="/api-docs/asyncapi.json">asyncapi.json</a>.</p>
            \(groups)</body>
            </html>

            """
    }

    static let style = """
        body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
        table { border-collapse: collapse; width: 100%; }
        td { border-bottom: 1px solid #ccc; padding: 0.25rem 1rem 0.25rem 0; vertical-align: top; }
        code { font-size: 0.9rem; overflow-wrap: anywhere; }

        """

    private static func group(_ tag: String, of document: Document) -> String {
        var rows = ""
        for (path, operations) in document.paths.sorted(by: { $0.key < $1.key }) {
            for (method, operation) in operations.sorted(by: { $0.key < $1.key }) where operation.tags.contains(tag) {
                rows += "<tr><td><code>\(escaped(method.uppercased())) \(escaped(path))</code></td>"
                rows += "<td>\(escaped(operation.summary))</td></tr>\n"
            }
        }
        return "<h2>\(escaped(tag))</h2>\n<table>\n\(rows)</table>\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
