import Foundation
import HTTPTypes
import MsgKit
import NIOCore
import Testing

@testable import MsgServer

/// The document says of the routes what they are. What they answer is compared end to end.
@Suite(.timeLimit(.minutes(1)))
struct OpenAPITests {
    /// `GET /api/messages/{id}` of `/api/messages/:id`.
    private func documented(_ route: Route) -> String {
        let path = route.path.split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }
        return "\(route.method.rawValue) /" + path.joined(separator: "/")
    }

    private func withRoutes(_ body: (OpenAPIDocument, [Route]) throws -> Void) async throws {
        try await World.with { world in
            try body(try OpenAPIDocument.builtIn(), TestAPI(world).routes)
        }
    }

    @Test func everyRouteIsInTheDocumentAndTheReverse() async throws {
        try await withRoutes { document, routes in
            let served = routes.map(documented)
            #expect(served.count == Set(served).count)
            #expect(Set(served).symmetricDifference(document.operations.keys).sorted() == [])
        }
    }

    @Test func whoMayCallIsSaidAlike() async throws {
        try await withRoutes { document, routes in
            for route in routes {
                let operation = try #require(document.operations[documented(route)])
                #expect(document.needsAccessToken(operation) == (route.access != .anyone), "\(route.path)")
                #expect(operation.responses["401"] != nil || route.access == .anyone, "\(route.path)")
            }
        }
    }

    @Test func whatVariesInAPathIsAParameter() async throws {
        try await withRoutes { document, routes in
            for route in routes {
                let operation = try #require(document.operations[documented(route)])
                let names = route.path.split(separator: "/").filter { $0.hasPrefix(":") }.map { String($0.dropFirst()) }
                #expect(document.parameters(of: operation, in: "path") == Set(names), "\(route.path)")
            }
        }
    }

    /// Asked with a field of the query that there is none of, a route names those that it knows.
    @Test func theFieldsOfAQueryAreThoseThatTheRouteKnows() async throws {
        try await World.with { world in
            let document = try OpenAPIDocument.builtIn()
            let api = TestAPI(world)
            let token = try await api.logIn(world, role: .admin)
            for route in api.routes where route.method == .get && route.access != .anyone {
                let operation = try #require(document.operations[documented(route)])
                let path = route.path.replacing(#/:\w+/#, with: "65f1a2b3c4d5e6f708192a3b")
                let answer = try await api.ask(
                    .get, "\(path)?no-such-field=1", headers: [.authorization: "Bearer \(token)"])
                let known = answer.text.firstMatch(of: #/no-such-field is not a known field here; known are ([^"]*)\./#)
                let names = known.map { $0.1.split(separator: ", ").map(String.init) } ?? []
                #expect(document.parameters(of: operation, in: "query") == Set(names), "\(route.path): \(answer.text)")
            }
        }
    }

    @Test func everyErrorCodeIsInTheDocument() throws {
        struct Document: Decodable {
            struct Components: Decodable {
                struct Schema: Decodable {
                    var `enum`: [String]?
                }

                /// Others of the schemas have an `enum` of another kind.
                struct Schemas: Decodable {
                    var ErrorCode: Schema
                }

                var schemas: Schemas
            }

            var components: Components
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(EmbeddedDocument.openAPI.readableBytesView))
        #expect(document.components.schemas.ErrorCode.enum == ErrorCode.allCases.map(\.rawValue))
    }

    @Test func operationsHaveNamesOfTheirOwnAndKnownTags() throws {
        let document = try OpenAPIDocument.builtIn()
        let names = document.operations.values.map(\.operationId)
        #expect(names.count == Set(names).count)
        #expect(Set(document.operations.values.flatMap(\.tags)) == Set(document.tags.map(\.name)))
    }
}
