import Foundation
import NIOCore

@testable import MsgServer

/// What tests look at in `docs/openapi.json`, as it is built in.
struct OpenAPIDocument: Decodable {
    struct Parameter: Decodable {
        var reference: String?
        var name: String?
        var place: String?

        enum CodingKeys: String, CodingKey {
            case reference = "$ref"
            case name
            case place = "in"
        }
    }

    struct Answer: Decodable {}

    struct Operation: Decodable {
        var operationId: String
        var tags: [String]
        var security: [[String: [String]]]?
        var parameters: [Parameter]?
        var responses: [String: Answer]
    }

    struct Components: Decodable {
        var parameters: [String: Parameter]
    }

    struct Tag: Decodable {
        var name: String
    }

    var tags: [Tag]
    var paths: [String: [String: Operation]]
    var security: [[String: [String]]]
    var components: Components

    static func builtIn() throws -> OpenAPIDocument {
        try JSONDecoder().decode(OpenAPIDocument.self, from: Data(EmbeddedDocument.openAPI.readableBytesView))
    }

    /// Every operation by method and path, such as `GET /api/messages/{id}`.
    var operations: [String: Operation] {
        var operations: [String: Operation] = [:]
        for (path, methods) in paths {
            for (method, operation) in methods { operations["\(method.uppercased()) \(path)"] = operation }
        }
        return operations
    }

    /// Whether an operation answers only to who shows an access token.
    func needsAccessToken(_ operation: Operation) -> Bool {
        let security = operation.security ?? security
        return !security.isEmpty && security.allSatisfy { $0["accessToken"] != nil }
    }

    /// The names of an operation's parameters in a place, `path` or `query`.
    func parameters(of operation: Operation, in place: String) -> Set<String> {
        let parameters = (operation.parameters ?? []).compactMap { parameter in
            guard let name = parameter.reference?.split(separator: "/").last else { return parameter }
            return components.parameters[String(name)]
        }
        return Set(parameters.filter { $0.place == place }.compactMap(\.name))
    }
}
