import Foundation
import MsgKit
import Testing

struct ErrorCodeTests {
    /// What clients and scripts rely on. A change here is a change of the contract.
    static let contract: [(ErrorCode, String, Int, Int32)] = [
        (.validationFailed, "validation_failed", 400, 1), (.malformedJSON, "malformed_json", 400, 1),
        (.badRequest, "bad_request", 400, 1), (.authenticationRequired, "authentication_required", 401, 1),
        (.invalidToken, "invalid_token", 401, 1), (.tokenExpired, "token_expired", 401, 1),
        (.sessionRevoked, "session_revoked", 401, 1), (.invalidCredentials, "invalid_credentials", 401, 1),
        (.forbidden, "forbidden", 403, 1), (.notParticipant, "not_participant", 403, 1),
        (.userNotFound, "user_not_found", 404, 1), (.conversationNotFound, "conversation_not_found", 404, 1),
        (.messageNotFound, "message_not_found", 404, 1), (.notFound, "not_found", 404, 1),
        (.methodNotAllowed, "method_not_allowed", 405, 1), (.usernameTaken, "username_taken", 409, 1),
        (.emailTaken, "email_taken", 409, 1), (.conflict, "conflict", 409, 1),
        (.windowClosed, "window_closed", 409, 1),
        (.payloadTooLarge, "payload_too_large", 413, 1), (.unsupportedMediaType, "unsupported_media_type", 415, 1),
        (.rateLimited, "rate_limited", 429, 75), (.serverBusy, "server_busy", 503, 75),
        (.unavailable, "unavailable", 503, 69), (.leaseHeld, "lease_held", 503, 75),
        (.configuration, "configuration", 503, 78), (.internalError, "internal_error", 500, 1),
    ]

    @Test(arguments: contract)
    func isStable(code: ErrorCode, text: String, status: Int, exit: Int32) {
        #expect(code.rawValue == text)
        #expect(code.httpStatus == status)
        #expect(code.exitStatus.rawValue == exit)
    }

    @Test func everyCodeHasARow() {
        #expect(Set(Self.contract.map(\.0)) == Set(ErrorCode.allCases))
        for code in ErrorCode.allCases {
            #expect((400...599).contains(code.httpStatus))
            #expect(code.exitStatus != .done)
            #expect(!code.title.isEmpty)
        }
    }

    @Test func aClientMeetsAnEngineThatIsSetUpWronglyAsAway() {
        let error = MsgError(.configuration, "It can't be used.", detail: "cache.redis_url: Redis at cache:6379 …")
        #expect(error.operatorMessage.contains("cache:6379") && String(reflecting: error).contains("cache:6379"))
        #expect(error.forClients.code == .unavailable && error.forClients.code.httpStatus == 503)
        #expect(error.forClients.detail == nil && !error.forClients.message.contains("Redis"))
        #expect(MsgError(.forbidden, "No.").forClients.code == .forbidden)
    }

    @Test func whatIsNotKnownSaysNothingOfItself() {
        struct Secret: Error {
            var path = "/var/lib/secret"
        }
        let error = MsgError(wrapping: Secret())
        #expect(error.code == .internalError)
        #expect(!error.message.contains("secret"))
        #expect(!"\(error)".contains("secret"))
        #expect(String(reflecting: error).contains("/var/lib/secret"))
    }

    @Test func knownErrorsStayAndOthersGetTheirCode() {
        #expect(MsgError(wrapping: MsgError(.conflict, "No.")).code == .conflict)
        #expect(MsgError(wrapping: PasswordHasherError.busy).code == .serverBusy)
        #expect(MsgError(wrapping: CancellationError()).code == .serverBusy)
        #expect(MsgError(wrapping: PasswordHasherError.unavailable).code == .internalError)
    }

    @Test func aFailedValidationNamesItsFields() {
        let error = MsgError.invalid([FieldError("a", "A."), FieldError("b", "B.", in: .query)])
        #expect(error.message.contains("a, b"))
        #expect(error.fields.map(\.location) == [.body, .query])
    }

    @Test(arguments: [(0, 10, 0), (1, 10, 1), (10, 10, 1), (11, 10, 2)])
    func pagesAreCountedUp(total: Int, limit: Int, pages: Int) {
        #expect(Page<Int>(items: [], request: PageRequest(limit: limit), total: total).pages == pages)
        #expect(PageRequest(page: 3, limit: limit).offset == 2 * limit)
    }
}
