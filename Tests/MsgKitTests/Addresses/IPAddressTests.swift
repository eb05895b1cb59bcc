import Testing

@testable import MsgKit

struct IPAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("::FFFF:C000:201", "192.0.2.1"),
        ("2001:DB8:0:0::1", "2001:db8::1"), ("::1", "::1"), ("::", "::"), ("fe80::1%eth0", "fe80::1"),
        ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
    ])
    func anAddressHasOneForm(text: String, form: String) {
        #expect(IPAddress(text)?.description == form)
        #expect(IPAddress(text) == IPAddress(form))
    }

    @Test(arguments: [
        "", " ", "192.0.2", "192.0.2.256", "192.0.2.1:80", "[::1]", "1:2", "unknown", "192.0.2.1\0", "192.0.2.1 ",
        "%", "127.1", "0x7f.0.0.1", String(repeating: "1", count: 100_000), ":::", "１.2.3.4",
    ])
    func whatIsNone(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2002:c000:201:ffff::1", "192.0.2.1"), ("2002::", "0.0.0.0"), ("2003:c000:201:1::1", "2003:c000:201:1::"),
    ])
    func aHousehold(text: String, household: String) {
        #expect(IPAddress(text)?.household.description == household)
    }

    @Test(arguments: [
        ("192.0.2.1", nil), ("::ffff:192.0.2.1", nil), ("2002:c000:201:ffff::1", nil),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"), ("2001:db8:1:ffff::", "2001:db8:1::"),
    ])
    func aSite(text: String, site: String?) {
        #expect(IPAddress(text)?.site?.description == site)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.255.255", true), ("::ffff:127.0.0.1", true), ("::FFFF:7f00:1", true),
        ("::1", true),
        ("126.255.255.255", false), ("128.0.0.1", false), ("::", false), ("::2", false), ("::7f00:1", false),
        ("2002:7f00:1::1", false), ("192.0.2.127", false),
    ])
    func theMachineItself(text: String, isLoopback: Bool) {
        #expect(IPAddress(text)?.isLoopback == isLoopback)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.0.0.0/8", "::ffff:10.1.2.3", true),
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("192.0.2.1/32", "192.0.2.1", true),
        ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "8.8.8.8", true),
        ("fd00::/8", "fd12::1", true), ("fd00::/8", "fe80::1", false), ("2001:db8::/127", "2001:db8::1", true),
        ("2001:db8::/127", "2001:db8::2", false),
    ])
    func aNetworkHasAddresses(network: String, address: String, isIn: Bool) throws {
        let network = try #require(IPNetwork(network))
        #expect(network.contains(try #require(IPAddress(address))) == isIn)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.1/8", "::1/64", "10.0.0.0/+8",
        "10.0.0.0/255.0.0.0", "fd00::/129", "10/8", "10.0.0.0/99999999999999999999", "example.org", "10.0.0.0/٨",
    ])
    func whatIsNoNetwork(text: String) {
        #expect(IPNetwork(text) == nil)
    }

    @Test(arguments: ["10.0.0.0/8", "192.0.2.1", "::/0", "0.0.0.0/0", "fd00::/8", "2001:db8::1"])
    func aNetworkIsWrittenAsItIsRead(text: String) {
        #expect(IPNetwork(text)?.description == text)
    }
}
