import Foundation
import HTTPTypes
import Hummingbird
import Logging
import MsgKit

/// Turns every failure into an answer of the contract's form, and logs it as loudly as the error table says.
struct ErrorMiddleware: RouterMiddleware {
    /// How much of a path an answer repeats.
    private static let maximumPath = 512

    let clock: any WallClock

    func handle(
        _ request: Request, context: RequestContext, next: (Request, RequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let known = Self.known(error)
            let path = String(request.uri.path.prefix(Self.maximumPath))
            context.logger.log(
                level: known.code.logLevel, "request failed",
                metadata: [
                    "client": "\(context.clientAddress?.description ?? "unknown")",
                    "method": "\(request.method.rawValue)", "path": "\(path)", "code": "\(known.code.rawValue)",
                    "error": "\(String(reflecting: known))",
                ])
            let told = known.forClients
            let answer = ErrorAnswer(told, path: path, method: request.method.rawValue, at: clock.now)
            var response = Response(
                json: try JSONEncoder.msgctl().encode(answer), status: .init(code: told.code.httpStatus))
            if let failure = error as? MethodNotAllowed { response.headers[.allow] = failure.allow }
            if known.code == .payloadTooLarge {
                // The rest of the body stays unread: the connection can't carry another request.
                response.headers[.connection] = "close"
            }
            if known.code.httpStatus == 401 { response.headers[.wwwAuthenticate] = "Bearer" }
            if told.code.httpStatus == 503 { response.headers[.retryAfter] = "1" }
            if let wait = told.retryAfter { response.headers[.retryAfter] = "\(wait.wholeSecondsUp)" }
            return response
        }
    }

    private static func known(_ error: any Error) -> MsgError {
        switch error {
        case let error as MethodNotAllowed:
            return MsgError(.methodNotAllowed, "This path takes \(error.allow).")
        case let error as HTTPError:
            switch error.status {
            case .notFound: return MsgError(.notFound, "There is no such route.")
            case .contentTooLarge: return MsgError(.payloadTooLarge, "The body is too large.", cause: error)
            case .unsupportedMediaType: return MsgError(.unsupportedMediaType, "The body must be JSON.", cause: error)
            default:
                return error.status.kind == .clientError
                    ? MsgError(.badRequest, "The request could not be read.", cause: error) : MsgError(wrapping: error)
            }
        default:
            return MsgError(wrapping: error)
        }
    }
}
