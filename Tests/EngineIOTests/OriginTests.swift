import HTTPTypes
import NIOCore
import NIOPosix
import Testing

@testable import EngineIO

struct OriginTests {
    private func engine(_ origins: EngineIOAllowedOrigins) -> TestEngine {
        TestEngine(group: MultiThreadedEventLoopGroup.singleton) { $0.allowedOrigins = origins }
    }

    @Test(arguments: [
        (EngineIOAllowedOrigins.sameOrigin, "http://localhost:80", true),
        (.sameOrigin, "https://evil.example", false),
        (.sameOrigin, "null", false),
        (.list(["https://chat.example"]), "https://chat.example", true),
        (.list(["https://chat.example"]), "http://chat.example", false),
        (.list(["https://chat.example"]), "http://localhost:80", true),
        (.any, "https://evil.example", true),
    ])
    func originsAreChecked(origins: EngineIOAllowedOrigins, origin: String, isAllowed: Bool) async {
        let answer = await engine(origins).send(.get, "EIO=4&transport=polling", headers: [.origin: origin])
        if isAllowed {
            #expect(answer.status == 200)
            #expect(answer.headers[.accessControlAllowOrigin] == origin)
            #expect(answer.headers[.accessControlAllowCredentials] == "true")
            #expect(answer.headers[.vary] == "Origin")
        } else {
            #expect(answer.status == 403)
            #expect(answer.body == #"{"code":4,"message":"Forbidden"}"#)
            #expect(answer.headers[.accessControlAllowOrigin] == nil)
        }
    }

    @Test func preflightIsAnswered() async {
        let answer = await engine(.list(["https://chat.example"])).send(
            .options, "EIO=4&transport=polling",
            headers: [.origin: "https://chat.example", .accessControlRequestHeaders: "x-token"])
        #expect(answer.status == 204)
        #expect(answer.headers[.accessControlAllowOrigin] == "https://chat.example")
        #expect(answer.headers[.accessControlAllowMethods] == "GET, POST, OPTIONS")
        #expect(answer.headers[.accessControlAllowHeaders] == "x-token")
    }

    @Test func refusalsCanBeReadByTheirPage() async {
        let answer = await engine(.any).send(.get, "EIO=4", headers: [.origin: "https://a.example"])
        #expect(answer.status == 400)
        #expect(answer.headers[.accessControlAllowOrigin] == "https://a.example")
    }

    @Test func noOriginIsNoPage() async {
        let answer = await engine(.sameOrigin).send(.get, "EIO=4&transport=polling")
        #expect(answer.status == 200)
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
    }

    @Test(arguments: [
        ("/socket.io/?EIO=4&transport=polling", "polling", true), ("/socket.io?transport=a%20b+c", "a b c", true),
        ("/socket.iox/?transport=x&transport=y", "x", false), ("/socket.io/", "", true), ("?&&=&transport", "", false),
        ("/socket.io/?transport=%zz", "%zz", true),
    ])
    func queries(target: String, transport: String, isPath: Bool) {
        let query = EngineIOQuery(target: target)
        #expect(query.parameters["transport"] ?? "" == transport)
        #expect(query.isPath("/socket.io/") == isPath)
    }
}
