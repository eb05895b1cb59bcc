import Foundation
import HTTPTypes
import Hummingbird
import Logging
import MsgKit
import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded
import SQLiteBackend

@testable import MsgServer

/// The API's routes and middleware, asked without a network.
struct TestAPI: Sendable {
    struct Answer {
        var status: Int
        var headers: HTTPFields
        var text: String

        var json: JSONValue? { try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }

        subscript(_ field: String) -> JSONValue? {
            guard case .object(let object) = json else { return nil }
            return object[field]
        }
    }

    let responder: RouterResponder<MsgServer.RequestContext>
    let routes: [Route]

    init(
        _ world: World, origins: [String] = [], maximumBody: Int = 1024, limits: Configuration.Limits = .none,
        extra: [Route] = [], swaggerUI: SwaggerUI? = nil, chatPage: Bool = true
    ) {
        let limits = RateLimits(limits, limiter: InProcessRateLimiter(), clock: world.clock)
        let health = HealthService(probes: world.store.probes, logger: World.silent)
        let useCases = UseCases(
            accounts: world.accounts, exclusions: world.exclusions,
            users: UserDirectory(
                users: world.store.users, presence: world.store.presence, clock: world.clock, logger: World.silent),
            conversations: world.conversations,
            messages: world.messages, search: world.search,
            analytics: AnalyticsService(analytics: world.store.analytics, users: world.store.users, clock: world.clock),
            deadLetters: world.deadLetters, health: health, limits: limits, clock: world.clock)
        routes = MessagingServer.routes(
            useCases, metrics: MetricsPage(Configuration.Metrics()) { _ in (contentType: "text/plain", text: "") },
            swaggerUI: swaggerUI, hasChatPage: chatPage)
        let router = Router(context: MsgServer.RequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: CORSMiddleware(policy: CORSPolicy(origins: origins), exceptPath: "/socket.io/"))
        router.add(middleware: RateLimitHeadersMiddleware())
        router.add(middleware: ErrorMiddleware(clock: world.clock))
        RouteTable(routes: routes + extra, accounts: world.accounts, limits: limits, maximumBody: maximumBody)
            .register(in: router)
        responder = router.buildResponder()
    }

    func ask(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: String? = nil
    ) async throws -> Answer {
        let request = Request(
            head: HTTPRequest(
                method: method, scheme: "http", authority: "localhost", path: path, headerFields: headers),
            body: RequestBody(buffer: ByteBuffer(string: body ?? "")))
        let context = MsgServer.RequestContext(source: .init(channel: EmbeddedChannel(), logger: World.silent))
        let response = try await responder.respond(to: request, context: context)
        let collector = BodyCollector()
        try await response.body.write(collector)
        return Answer(
            status: response.status.code, headers: response.headers,
            text: String(buffer: collector.bytes.withLockedValue { $0 }))
    }

    /// The access token of somebody new.
    func logIn(_ world: World, role: UserRole) async throws -> String {
        let registration = Registration(
            username: try Username("somebody"), email: try EmailAddress("somebody@example.org"),
            password: try Password("correct horse"), role: role)
        _ = try await world.accounts.register(registration)
        let (_, tokens) = try await world.accounts.logIn(email: "somebody@example.org", password: "correct horse")
        return tokens.accessToken
    }

    func post(_ path: String, _ body: String, type: String = "application/json") async throws -> Answer {
        try await ask(.post, path, headers: [.contentType: type], body: body)
    }
}
