import MsgKit
import Testing

@testable import RabbitMQBackend

struct BrokerEndpointTests {
    @Test("a URL says where the broker is and how to log in")
    func parts() throws {
        let endpoint = try BrokerEndpoint(Secret("amqp://us%40er:p%2Fss@rabbit.example:5673/shop%2Fone?heartbeat=30"))
        #expect(endpoint.host == "rabbit.example")
        #expect(endpoint.port == 5673)
        #expect(endpoint.address == "rabbit.example:5673")
        #expect(endpoint.virtualHost == "shop/one")
        #expect(endpoint.heartbeat == .seconds(30))
        #expect(endpoint.tls == nil)
        guard case .password("us@er", let password) = endpoint.credentials else {
            Issue.record("the user is \(endpoint.credentials)")
            return
        }
        #expect(password.reveal() == "p/ss")
    }

    @Test(
        "what is left out has the usual value",
        arguments: ["amqp://localhost", "amqp://localhost/", "amqp://localhost/%2F", "AMQP://localhost:5672"])
    func defaults(_ url: String) throws {
        let endpoint = try BrokerEndpoint(Secret(url))
        #expect(endpoint.port == 5672)
        #expect(endpoint.virtualHost == "/")
        guard case .password("guest", _) = endpoint.credentials else {
            Issue.record("the user is \(endpoint.credentials)")
            return
        }
    }

    @Test("TLS is verified unless told otherwise, and its files are taken from the URL")
    func tls() throws {
        var endpoint = try BrokerEndpoint(Secret("amqps://[::1]"))
        #expect(endpoint.port == 5671)
        #expect(endpoint.host == "::1")
        #expect(endpoint.address == "[::1]:5671")
        #expect(endpoint.tls?.verifiesPeer == true)
        endpoint = try BrokerEndpoint(
            Secret(
                "amqps://h?cacertfile=/ca.pem&certfile=/c.pem&keyfile=/k.pem&auth_mechanism=external&verify=verify_none"
            ))
        #expect(endpoint.tls?.authorities == "/ca.pem")
        #expect(endpoint.tls?.certificate == "/c.pem")
        #expect(endpoint.tls?.key == "/k.pem")
        #expect(endpoint.tls?.verifiesPeer == false)
        guard case .certificate = endpoint.credentials else {
            Issue.record("the certificate says who it is")
            return
        }
    }

    @Test(
        "a URL that can't be used is refused without showing its password",
        arguments: [
            "http://u:hidden@h", "amqp://", "u:hidden@h", "amqp://u:hidden@h:70000", "amqp://u:hidden@h?heartbeat=x",
            "amqp://u:hidden@h?heartbeat=0", "amqps://u:hidden@h?verify=maybe",
            "amqp://u:hidden@h?auth_mechanism=digest",
            "amqp://u:hidden\u{0}@h", "amqp://u:hidden@h/" + String(repeating: "v", count: 300),
        ])
    func refused(_ url: String) {
        let error = #expect(throws: MsgError.self) { try BrokerEndpoint(Secret(url)) }
        #expect(error?.code == .configuration)
        #expect(error.map { String(reflecting: $0).contains("hidden") } == false)
    }

    @Test(
        "an option that is not followed is refused by its name, as somebody relies on it",
        arguments: ["foo=1", "cacertfil=hidden", "heartbeat=5&channel_max=7"])
    func unknownOption(_ query: String) throws {
        let error = #expect(throws: MsgError.self) { try BrokerEndpoint(Secret("amqps://u:hidden@h?\(query)")) }
        #expect(error?.code == .configuration)
        let name = try #require(query.split(separator: "&").last?.prefix { $0 != "=" })
        #expect(error?.message.contains("an option \(name),") == true, "\(error?.message ?? "")")
        #expect(error.map { String(reflecting: $0).contains("hidden") } == false)
    }

    @Test(
        "a file that can't be read is found out when opening",
        arguments: ["cacertfile=/nowhere.pem", "certfile=/etc/hostname", "keyfile=/etc/hostname"])
    func files(_ parameter: String) {
        let error = #expect(throws: MsgError.self) {
            try RabbitMQBackend.open(url: Secret("amqps://localhost?\(parameter)"), logger: TestQueues.logger)
        }
        #expect(error?.code == .configuration)
    }

    @Test("a password is in no error")
    func secret() async throws {
        let backend = try RabbitMQBackend.open(
            url: Secret("amqp://somebody:hidden@127.0.0.1:1/"), logger: TestQueues.logger)
        let error = await expectFailure(.unavailable, within: .seconds(4)) { try await backend.queue.depth() }
        #expect(error.map { String(reflecting: $0).contains("hidden") } == false)
        #expect(error.map { String(reflecting: $0).contains("127.0.0.1:1") } == true, "the log says where")
        #expect(error.map { $0.message.contains("127.0.0.1") } == false, "and a client does not learn it")
        await backend.close()
    }

    @Test(.rabbitMQ)
    func wrongPassword() async throws {
        try await TestQueues.with { queues in
            let right = try BrokerEndpoint(queues.url)
            let url = Secret("amqp://nobody:hidden@\(right.address)/")
            let backend = try RabbitMQBackend.open(url: url, options: queues.options, logger: TestQueues.logger)
            let error = await expectFailure(.configuration, within: .seconds(4)) { try await backend.queue.depth() }
            #expect(error.map { String(reflecting: $0).contains("hidden") } == false)
            await backend.close()
        }
    }
}
