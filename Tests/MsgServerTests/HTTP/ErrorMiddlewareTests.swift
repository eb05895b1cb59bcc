import Foundation
import HTTPTypes
import Hummingbird
import MsgKit
import MsgTestKit
import Testing

@testable import MsgServer

@Suite(.timeLimit(.minutes(1)))
struct ErrorMiddlewareTests {
    private struct Leak: Error, CustomStringConvertible {
        var description: String { "SELECT secret FROM /var/lib/msgctl" }
    }

    private func failing(_ error: any Error) -> Route {
        Route(open: .get, "/fail", isLimited: false) { _ in throw error }
    }

    @Test func everyFailureHasTheContractsForm() async throws {
        try await World.with { world in
            let answer = try await TestAPI(world, extra: [failing(MsgError(.conflict, "Not now."))]).ask(
                .get, "/fail?a=b")
            #expect(answer.status == 409)
            #expect(answer.headers[.contentType] == "application/json; charset=utf-8")
            #expect(
                answer.json
                    == .object([
                        "success": .bool(false), "error": .string("Conflict"), "message": .string("Not now."),
                        "code": .string("conflict"), "timestamp": .string(world.clock.now.iso8601),
                        "path": .string("/fail"), "method": .string("GET"),
                    ]))
        }
    }

    @Test(arguments: ErrorCode.allCases)
    func everyCodeHasItsStatus(code: ErrorCode) async throws {
        try await World.with { world in
            let error = MsgError(code, "A sentence.", cause: Leak())
            let answer = try await TestAPI(world, extra: [failing(error)]).ask(.get, "/fail")
            #expect(answer.status == code.httpStatus)
            let told = error.forClients
            #expect(answer["code"] == .string(told.code.rawValue) && answer["message"] == .string(told.message))
            #expect(told.code == (code == .configuration ? .unavailable : code))
            #expect(!answer.text.contains("secret"))
            #expect((answer.headers[.retryAfter] != nil) == (answer.status == 503))
            #expect((answer.headers[.wwwAuthenticate] != nil) == (answer.status == 401))
            #expect((answer.headers[.connection] == "close") == (answer.status == 413))
        }
    }

    @Test func whatIsNotKnownLeaksNothing() async throws {
        try await World.with { world in
            for error in [Leak(), HTTPError(.internalServerError, message: "secret"), HTTPError(.badGateway)]
                as [any Error]
            {
                let answer = try await TestAPI(world, extra: [failing(error)]).ask(.get, "/fail")
                #expect(answer.status == 500 && answer["code"] == .string("internal_error"))
                #expect(!answer.text.contains("secret"))
            }
            let answer = try await TestAPI(world, extra: [failing(HTTPError(.badRequest, message: "secret"))]).ask(
                .get, "/fail")
            #expect(answer.status == 400 && !answer.text.contains("secret"))
        }
    }

    @Test func aLongPathIsNotRepeatedWhole() async throws {
        try await World.with { world in
            let answer = try await TestAPI(world).ask(.get, "/" + String(repeating: "a", count: 20_000))
            #expect(answer.status == 404 && answer.text.utf8.count < 2000)
        }
    }

    @Test(arguments: [
        ("{", "application/json", 400, "malformed_json"), ("nonsense", "application/json", 400, "malformed_json"),
        (#"{"email":"\ud800","password":"x"}"#, "application/json", 400, "malformed_json"),
        ("[]", "application/json", 400, "validation_failed"), ("7", "application/json", 400, "validation_failed"),
        ("{}", "text/plain", 415, "unsupported_media_type"), ("{}", "", 415, "unsupported_media_type"),
        ("{}", "application/json; charset=utf-8", 400, "validation_failed"),
        ("", "application/json", 400, "validation_failed"),
        (#"{"a":""# + String(repeating: "x", count: 1024) + #""}"#, "application/json", 413, "payload_too_large"),
        (String(repeating: "[", count: 1000), "application/json", 400, "malformed_json"),
    ])
    func aBodyThatCanNotBeReadIsRefused(body: String, type: String, status: Int, code: String) async throws {
        try await World.with { world in
            let answer = try await TestAPI(world).post("/api/auth/login", body, type: type)
            #expect(answer.status == status)
            #expect(answer["code"] == .string(code))
        }
    }

    @Test func allBadFieldsAreNamedAtOnce() async throws {
        try await World.with { world in
            let answer = try await TestAPI(world).post(
                "/api/auth/register", #"{"username":"a b","email":"x","password":"short","admin":true}"#)
            guard case .array(let errors) = answer["errors"] else {
                Issue.record("no errors: \(answer.text)")
                return
            }
            let paths = errors.map { error -> JSONValue? in
                if case .object(let fields) = error { fields["path"] } else { nil }
            }
            #expect(paths == ["username", "email", "password", "admin"].map { .string($0) })
        }
    }
}
