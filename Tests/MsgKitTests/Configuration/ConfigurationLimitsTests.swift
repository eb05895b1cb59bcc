import Testing

@testable import MsgKit

/// Limits, proxies and TLS.
@Suite struct ConfigurationLimitsTests {
    private func limit(_ text: String) throws -> RateLimit? {
        try ValueSyntax.rateLimit.read(ConfigurationInput(.text(text), .environment))
    }

    @Test(arguments: [
        ("100/15m", RateLimit(100, per: .seconds(900))), ("1/1s", RateLimit(1, per: .seconds(1))),
        ("1000000000/1d", RateLimit(1_000_000_000, per: .seconds(86_400))),
    ])
    func aLimit(text: String, expected: RateLimit) throws {
        #expect(try limit(text) == expected)
    }

    @Test(arguments: ["off", "OFF"])
    func noLimit(text: String) throws {
        #expect(try limit(text) == nil)
    }

    @Test(arguments: [
        "", "100", "/", "100/", "/15m", "0/15m", "-1/15m", "+1/15m", "100/15", "100/0s", "100/500ms", "100/25h",
        "100/15m/1", "1000000001/1m", "99999999999999999999/1m", "100 per 15m", "٣/1m", "on", "null",
    ])
    func whatIsNone(text: String) {
        #expect(throws: InvalidValue.self) { try limit(text) }
    }

    @Test func proxiesAreAddressesAndNetworks() throws {
        let folder = try ConfigurationFolder()
        let variable = "MSGCTL_SERVER_TRUSTED_PROXIES"
        let networks = try folder.load(environment: [variable: "10.0.0.0/8, ::1"]).server.trustedProxies
        #expect(networks == [IPNetwork("10.0.0.0/8"), IPNetwork("::1")].compactMap { $0 })
        let complaints = folder.complaints(environment: [variable: "10.0.0.1/8,example.org"])
        #expect(complaints.count == 2)
    }

    @Test(arguments: [("server.tls_certificate", "server.tls_key"), ("server.tls_key", "server.tls_certificate")])
    func aCertificateNeedsItsKeyAndTheReverse(path: String, other: String) throws {
        let name = path.dropFirst("server.".count)
        let complaints = try ConfigurationFolder.complaints(yaml: "server:\n  \(name): /etc/some.pem\n")
        #expect(complaints.count == 1 && complaints[0].contains("\(other) is not set"), "\(complaints)")
        let both = try ConfigurationFolder.complaints(yaml: "server:\n  tls_certificate: a\n  tls_key: b\n")
        #expect(both.isEmpty)
    }
}
