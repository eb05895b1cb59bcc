import Logging

/// Every failure that a person or a client can meet, with what each surface makes of it.
///
/// The raw value is the stable `code` of REST answers and socket errors.
public enum ErrorCode: String, Sendable, Codable, CaseIterable {
    case validationFailed = "validation_failed"
    case malformedJSON = "malformed_json"
    case badRequest = "bad_request"
    case authenticationRequired = "authentication_required"
    case invalidToken = "invalid_token"
    case tokenExpired = "token_expired"
    case sessionRevoked = "session_revoked"
    case invalidCredentials = "invalid_credentials"
    case forbidden
    case notParticipant = "not_participant"
    case userNotFound = "user_not_found"
    case conversationNotFound = "conversation_not_found"
    case messageNotFound = "message_not_found"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case usernameTaken = "username_taken"
    case emailTaken = "email_taken"
    case conflict
    case windowClosed = "window_closed"
    case payloadTooLarge = "payload_too_large"
    case unsupportedMediaType = "unsupported_media_type"
    case rateLimited = "rate_limited"
    case serverBusy = "server_busy"
    case unavailable
    case leaseHeld = "lease_held"
    case configuration
    case internalError = "internal_error"
}

extension ErrorCode {
    /// The row of the error table for this code.
    private var row: (status: Int, title: String, exit: ExitStatus, level: Logger.Level) {
        switch self {
        case .validationFailed: (400, "Validation failed", .failed, .debug)
        case .malformedJSON: (400, "Malformed JSON", .failed, .debug)
        case .badRequest: (400, "Bad request", .failed, .debug)
        case .authenticationRequired: (401, "Unauthorized", .failed, .debug)
        case .invalidToken: (401, "Unauthorized", .failed, .debug)
        case .tokenExpired: (401, "Unauthorized", .failed, .debug)
        case .sessionRevoked: (401, "Unauthorized", .failed, .debug)
        case .invalidCredentials: (401, "Unauthorized", .failed, .info)
        case .forbidden: (403, "Forbidden", .failed, .info)
        case .notParticipant: (403, "Forbidden", .failed, .info)
        case .userNotFound: (404, "User not found", .failed, .debug)
        case .conversationNotFound: (404, "Conversation not found", .failed, .debug)
        case .messageNotFound: (404, "Message not found", .failed, .debug)
        case .notFound: (404, "Not found", .failed, .debug)
        case .methodNotAllowed: (405, "Method not allowed", .failed, .debug)
        case .usernameTaken: (409, "Username taken", .failed, .debug)
        case .emailTaken: (409, "Email taken", .failed, .debug)
        case .conflict: (409, "Conflict", .failed, .debug)
        case .windowClosed: (409, "Conflict", .failed, .debug)
        case .payloadTooLarge: (413, "Payload too large", .failed, .debug)
        case .unsupportedMediaType: (415, "Unsupported media type", .failed, .debug)
        case .rateLimited: (429, "Too many requests", .tryAgain, .debug)
        case .serverBusy: (503, "Server busy", .tryAgain, .warning)
        case .unavailable: (503, "Service unavailable", .engineAway, .error)
        case .leaseHeld: (503, "Held elsewhere", .tryAgain, .info)
        // To a client it is as if what is set up wrong were away.
        case .configuration: (503, "Service unavailable", .configuration, .error)
        case .internalError: (500, "Internal error", .failed, .error)
        }
    }

    /// The HTTP status of a REST answer.
    public var httpStatus: Int { row.status }
    /// The short `error` of a REST answer.
    public var title: String { row.title }
    /// The exit status of a command that ends with this error.
    public var exitStatus: ExitStatus { row.exit }
    /// How loudly it is logged; what a client did wrong is not the operator's concern.
    public var logLevel: Logger.Level { row.level }
}
