import MsgKit
import SocketIO
import Testing

@testable import MsgServer

@Suite(.timeLimit(.minutes(1)))
struct SocketAuthenticatorTests {
    @Test(arguments: [ErrorCode.authenticationRequired, .invalidToken, .tokenExpired, .sessionRevoked])
    func whoNeedsAnotherTokenIsToldSo(_ code: ErrorCode) throws {
        #expect(try SocketAuthenticator.refusal(MsgError(code, "No.")).message == "Authentication error: No.")
    }

    @Test(arguments: [ErrorCode.unavailable, .serverBusy, .configuration, .internalError])
    func whatPassesIsNotBlamedOnTheToken(_ code: ErrorCode) throws {
        #expect(try !SocketAuthenticator.refusal(MsgError(code, "No.")).message.contains("Authentication"))
    }
}
