import HTTPTypes
import MsgKit
import MsgTestKit
import Testing

@testable import MsgServer

struct ClientAddressesTests {
    private let lines = Journal<String>()

    private func client(_ clients: ClientAddresses, of peer: String?, _ forwardedFor: String...) throws -> String? {
        var headers: HTTPFields = [:]
        headers[values: try #require(HTTPField.Name("x-forwarded-for"))] = forwardedFor
        return clients.client(of: peer.flatMap { IPAddress($0) }, headers: headers)?.description
    }

    @Test func aTrustedProxyNamesTheClient() throws {
        let clients = ClientAddresses(
            TrustedProxies(["10.0.0.0/8"].compactMap { IPNetwork($0) }), logger: LogJournal.logger(lines))
        #expect(try client(clients, of: "10.0.0.1", "1.2.3.4", "192.0.2.7, 10.0.0.2") == "192.0.2.7")
        #expect(try client(clients, of: "10.0.0.1") == "10.0.0.1")
        #expect(try client(clients, of: nil, "192.0.2.7") == nil)
        #expect(lines.entries.isEmpty)
    }

    @Test func whatMayBeAForgottenProxyIsToldOnce() throws {
        let clients = ClientAddresses(TrustedProxies(), logger: LogJournal.logger(lines))
        #expect(try client(clients, of: "10.0.0.1") == "10.0.0.1")
        #expect(lines.entries.isEmpty)
        for _ in 0..<3 { #expect(try client(clients, of: "10.0.0.1", "192.0.2.7") == "10.0.0.1") }
        #expect(lines.entries.count == 1 && lines.entries[0].contains("server.trusted_proxies"))
    }
}
