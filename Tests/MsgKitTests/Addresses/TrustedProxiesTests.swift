import Testing

@testable import MsgKit

struct TrustedProxiesTests {
    private let proxies = TrustedProxies(["10.0.0.0/8", "fd00::1"].compactMap { IPNetwork($0) })

    private func client(of peer: String, _ forwardedFor: String...) throws -> String {
        proxies.client(of: try #require(IPAddress(peer)), forwardedFor: forwardedFor).description
    }

    @Test func whoIsNoProxyIsTheClientWhateverItSays() throws {
        #expect(try client(of: "192.0.2.1", "198.51.100.1") == "192.0.2.1")
        #expect(try client(of: "192.0.2.1", "10.0.0.1, 10.0.0.2") == "192.0.2.1")
        #expect(try client(of: "192.0.2.1") == "192.0.2.1")
    }

    @Test func aProxyTellsWhoIsBehindIt() throws {
        #expect(try client(of: "10.0.0.1", "198.51.100.1") == "198.51.100.1")
        #expect(try client(of: "fd00::1", "2001:db8::7") == "2001:db8::7")
        #expect(try client(of: "::ffff:10.0.0.1", " 198.51.100.1 ") == "198.51.100.1")
    }

    /// The first entries are whatever the client wrote itself.
    @Test func onlyWhatProxiesWroteIsBelieved() throws {
        #expect(try client(of: "10.0.0.1", "1.2.3.4, 198.51.100.1") == "198.51.100.1")
        #expect(try client(of: "10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2,10.0.0.3") == "198.51.100.1")
        #expect(try client(of: "10.0.0.1", "1.2.3.4", "198.51.100.1", "10.0.0.2") == "198.51.100.1")
        #expect(try client(of: "10.0.0.1", "10.0.0.9, 198.51.100.1") == "198.51.100.1")
    }

    @Test func proxiesAloneAreTheFirstOfThem() throws {
        #expect(try client(of: "10.0.0.1", "10.0.0.3, 10.0.0.2") == "10.0.0.3")
    }

    @Test(arguments: [
        "unknown", "_hidden", "", " ", ",", "198.51.100.1,", "1.2.3.4, x", "a:b", "[", "[x]:1", "198.51.100.1:x",
        "198.51.100.1:65536", "198.51.100.1:", "[2001:db8::7]x", "[2001:db8::7]:-1", "198.51.100.1:٣",
    ])
    func aProxyThatDoesNotSaySpeaksForItself(text: String) throws {
        #expect(try client(of: "10.0.0.1", text) == "10.0.0.1")
    }

    @Test(arguments: [
        ("198.51.100.1:4711", "198.51.100.1"), ("[2001:db8::7]:4711", "2001:db8::7"), ("[2001:db8::7]", "2001:db8::7"),
    ])
    func portsAreLeftOut(text: String, address: String) throws {
        #expect(try client(of: "10.0.0.1", text) == address)
    }

    @Test func manyEntriesAreNoTrouble() throws {
        let long = String(repeating: "10.0.0.2,", count: 20_000) + "10.0.0.3"
        #expect(try client(of: "10.0.0.1", long) == "10.0.0.2")
    }
}
