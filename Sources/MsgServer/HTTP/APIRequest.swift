import Foundation
import HTTPTypes
import Hummingbird
import MsgKit
import NIOCore
import NIOFoundationCompat

/// A request to a route, with its parts read on demand and bounded.
struct APIRequest: Sendable {
    let request: Request
    let context: RequestContext
    /// How many bytes a body may have.
    let maximumBody: Int

    /// The token of `Authorization: Bearer …`.
    var bearerToken: String? { Self.bearerToken(request.headers[.authorization]) }

    /// What the request came from.
    var client: SessionClient {
        SessionClient(address: context.clientAddress?.description, userAgent: request.headers[.userAgent])
    }

    /// The token of a text `Bearer …`, in any letter case.
    static func bearerToken(_ text: String?) -> String? {
        guard let text, text.prefix(7).lowercased() == "bearer " else { return nil }
        let token = text.dropFirst(7).drop(while: \.isWhitespace)
        return token.isEmpty ? nil : String(token)
    }

    /// The fields of the query, as forms encode them; of a name that comes twice the first.
    /// - Throws: ``ErrorCode/badRequest`` when something is encoded wrongly.
    func query() throws -> FieldReader {
        var values: [String: JSONValue] = [:]
        for pair in (request.uri.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = parts.map { $0.replacing("+", with: " ").removingPercentEncoding }
            guard let name = decoded[0], let value = decoded.count == 2 ? decoded[1] : "" else {
                throw MsgError(.badRequest, "The query is not percent-encoded UTF-8.")
            }
            if values[name] == nil { values[name] = .string(value) }
        }
        return FieldReader(values, in: .query)
    }

    /// The fields of a JSON body.
    /// - Throws: ``ErrorCode/unsupportedMediaType``, ``ErrorCode/payloadTooLarge``, ``ErrorCode/malformedJSON``.
    func body() async throws -> FieldReader {
        let buffer = try await collectBody()
        guard buffer.readableBytes > 0 else { return FieldReader([:]) }
        guard let type = request.headers[.contentType].flatMap({ MediaType(from: $0) }), type.isType(.applicationJson)
        else {
            throw MsgError(.unsupportedMediaType, "The body must be JSON, sent with Content-Type: application/json.")
        }
        // A zero byte is no JSON in UTF-8, but in UTF-16, which would be guessed.
        guard !buffer.readableBytesView.contains(0),
            buffer.readableBytesView.withContiguousStorageIfAvailable({ String(validating: $0, as: UTF8.self) }) != nil
        else { throw MsgError(.malformedJSON, "The body is not JSON in UTF-8.") }
        let value: JSONValue
        do {
            value = try JSONDecoder().decode(JSONValue.self, from: buffer)
        } catch {
            throw MsgError(.malformedJSON, "The body is not well-formed JSON.", cause: error)
        }
        return try FieldReader(object: value)
    }

    /// Reads the body whole.
    func collectBody() async throws -> ByteBuffer {
        let tooLarge = MsgError(.payloadTooLarge, "The body may have at most \(maximumBody) bytes.")
        if let length = request.headers[.contentLength].flatMap(Int.init), length > maximumBody { throw tooLarge }
        do {
            return try await request.body.collect(upTo: maximumBody)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        } catch let error as HTTPError where error.status == .contentTooLarge {
            throw tooLarge
        }
    }

    /// An id from the path.
    /// - Parameter field: what a complaint calls it; nil for the name in the path.
    /// - Throws: ``ErrorCode/validationFailed``.
    func identifier<Entity>(
        _ name: String, field: String? = nil, of type: Entity.Type = Entity.self
    ) throws -> Identifier<Entity> {
        guard let text = context.parameters.get(name), let id = Identifier<Entity>(text) else {
            let field = field ?? name
            throw MsgError.invalid(field, "\(field) must be an id of 24 hex digits.", in: .params)
        }
        return id
    }
}
