import Foundation
import MsgKit
import NIOCore

/// Swagger UI: its files from a directory, and a page of our own that loads them.
///
/// They are read once, at the start, and by the names below: no path of a request ever reaches the disk.
public struct SwaggerUI: Sendable {
    /// The largest file that is taken; those of version 5 have 1.6 MB at most.
    private static let maximumBytes = 8 << 20
    private static let types = [
        "swagger-ui.css": "text/css; charset=utf-8",
        "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
        "favicon-32x32.png": "image/png",
    ]

    let files: [String: StaticFile]

    /// - Parameter directory: where the files of a Swagger UI distribution lie, version 5 or newer (OpenAPI 3.1).
    /// - Throws: ``ErrorCode/configuration`` when one is missing or can't be read.
    public init(directory: String) throws {
        var files = ["swagger-ui-start.js": StaticFile(type: "text/javascript; charset=utf-8", text: Self.start)]
        for (name, type) in Self.types {
            files[name] = StaticFile(type: type, bytes: try Self.read("\(directory)/\(name)"))
        }
        self.files = files
    }

    private static func read(_ path: String) throws -> ByteBuffer {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            let data = try handle.read(upToCount: maximumBytes + 1) ?? Data()
            guard !data.isEmpty, data.count <= maximumBytes else {
                throw refusal("\(path) is \(data.isEmpty ? "empty" : "too large") for a file of Swagger UI")
            }
            return ByteBuffer(bytes: data)
        } catch let error as MsgError {
            throw error
        } catch {
            throw refusal("\(path) can't be read", cause: error)
        }
    }

    private static func refusal(_ problem: String, cause: (any Error)? = nil) -> MsgError {
        MsgError(
            .configuration,
            "\(problem): server.swagger_ui must name a directory with the files of Swagger UI 5 (scripts/swagger-ui "
                + "fetches them), or be null for a plain page.",
            cause: cause)
    }

    static let page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>msgctl: REST API</title>
        <link rel="icon" type="image/png" href="/api-docs/favicon-32x32.png">
        <link rel="stylesheet" href="/api-docs/swagger-ui.css">
        </head>
        <body>
        <div id="swagger-ui"></div>
        <script src="/api-docs/swagger-ui-bundle.js"></script>
        <script src="/api-docs/swagger-ui-start.js"></script>
        </body>
        </html>

        """

    private static let start = """
        SwaggerUIBundle({
          url: "/api-docs/openapi.json",
          dom_id: "#swagger-ui",
          deepLinking: true,
          // A validator elsewhere would be told of this server.
          validatorUrl: null,
          // Tokens that are typed in go with the page.
          persistAuthorization: false,
        });

        """
}
