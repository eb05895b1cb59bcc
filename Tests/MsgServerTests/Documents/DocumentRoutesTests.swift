import Foundation
import HTTPTypes
import MsgKit
import NIOCore
import Testing

@testable import MsgServer

@Suite(.timeLimit(.minutes(1)))
struct DocumentRoutesTests {
    private static let names = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"]

    private func withDirectory(
        _ names: [String], content: Data = Data("content".utf8), _ body: (String) async throws -> Void
    ) async throws {
        let path = FileManager.default.temporaryDirectory.path + "/msgctl-swagger-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        for name in names { try content.write(to: URL(fileURLWithPath: "\(path)/\(name)")) }
        try Data("secret".utf8).write(to: URL(fileURLWithPath: "\(path)/secret.txt"))
        try await body(path)
    }

    @Test func documentsAreServedAsTheyAre() async throws {
        try await World.with { world in
            let api = TestAPI(world)
            for (name, bytes) in [("openapi", EmbeddedDocument.openAPI), ("asyncapi", EmbeddedDocument.asyncAPI)] {
                let answer = try await api.ask(.get, "/api-docs/\(name).json")
                #expect(answer.status == 200)
                #expect(answer.headers[.contentType] == "application/json; charset=utf-8")
                #expect(answer.text == String(buffer: bytes))
                #expect(answer.json != nil)
            }
        }
    }

    @Test func thePlainPageListsEveryCallAndNeedsNoScript() async throws {
        try await World.with { world in
            let api = TestAPI(world)
            let page = try await api.ask(.get, "/api-docs")
            #expect(page.status == 200)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            let document = try OpenAPIDocument.builtIn()
            #expect(!document.operations.isEmpty)
            for name in document.operations.keys { #expect(page.text.contains("<code>\(name)</code>"), "\(name)") }
            #expect(!page.text.contains("<script"))
            #expect(page.headers[.contentSecurityPolicy]?.contains("script-src") == false)
            let style = try await api.ask(.get, "/api-docs/page.css")
            #expect(style.status == 200)
            #expect(style.headers[.contentType] == "text/css; charset=utf-8")
        }
    }

    @Test func filesOfSwaggerUIHaveTheirTypesAndItsPageLoadsNoOthers() async throws {
        try await withDirectory(Self.names) { directory in
            try await World.with { world in
                let api = TestAPI(world, swaggerUI: try SwaggerUI(directory: directory))
                let page = try await api.ask(.get, "/api-docs")
                #expect(page.headers[.contentSecurityPolicy] == ContentPolicy.swaggerUI.text)
                let sources = page.text.matches(of: #/(?:src|href)="([^"]*)"/#).map { String($0.1) }
                #expect(sources.count == 4)
                for source in sources {
                    let answer = try await api.ask(.get, source)
                    #expect(answer.status == 200, "\(source)")
                    let type = try #require(answer.headers[.contentType])
                    let expected = ["css": "text/css", "js": "text/javascript", "png": "image/png"]
                    #expect(type.hasPrefix(try #require(expected[String(source.split(separator: ".").last ?? "")])))
                }
                // Scripts are files: none stands in the page.
                for script in page.text.matches(of: #/<script([^>]*)>([^<]*)/#) {
                    #expect(script.1.contains("src=") && script.2.isEmpty)
                }
            }
        }
    }

    @Test(arguments: [
        "secret.txt", "..", "%2e%2e", "..%2fsecret.txt", "%2e%2e%2fswagger%2fsecret.txt", "/etc/passwd",
        "%2fetc%2fpasswd",
        "swagger-ui.css%00", "./swagger-ui.css", "SWAGGER-UI.CSS", "..\\secret.txt", "%5c..%5csecret.txt",
    ])
    func nothingElseIsServed(name: String) async throws {
        try await withDirectory(Self.names) { directory in
            try await World.with { world in
                let api = TestAPI(world, swaggerUI: try SwaggerUI(directory: directory))
                let answer = try await api.ask(.get, "/api-docs/\(name)")
                #expect(answer.status == 404)
                #expect(answer["code"] == .string("not_found"))
            }
        }
    }

    @Test func aDirectoryThatIsNoSwaggerUIIsRefusedWithTheWayOut() async throws {
        try await withDirectory(["swagger-ui.css"]) { directory in
            let error = #expect(throws: MsgError.self) { try SwaggerUI(directory: directory) }
            #expect(error?.code == .configuration)
            #expect(error?.message.contains("scripts/swagger-ui") == true)
        }
        try await withDirectory(Self.names, content: Data()) { directory in
            let error = #expect(throws: MsgError.self) { try SwaggerUI(directory: directory) }
            #expect(error?.message.contains("empty") == true)
        }
    }
}
