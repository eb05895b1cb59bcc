import Testing

@testable import MsgKit

struct SessionClientTests {
    @Test(
        arguments: [
            (nil, nil), ("", nil), ("curl/8.5.0", "curl/8.5.0"), ("Café (\u{1b}[2J\u{202e})", "Caf?? (?[2J???)"),
            (String(repeating: "a", count: 257), String(repeating: "a", count: 256)),
        ] as [(String?, String?)])
    func aUserAgentIsShortAndHarmless(sent: String?, kept: String?) {
        #expect(SessionClient(userAgent: sent).userAgent == kept)
    }

    @Test func whatIsKeptIsReadAsItIs() {
        let client = SessionClient(address: "2001:db8::1", userAgent: "é\n")
        #expect(SessionClient(address: client.address, userAgent: client.userAgent) == client)
    }
}
