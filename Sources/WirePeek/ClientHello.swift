/// The beginning of a TLS connection, which every server that speaks TLS answers, be it with a refusal.
enum ClientHello {
    /// A record of TLS 1.2 with a few suites and groups that are in general use. Nothing follows it, so what the server
    /// chooses does not matter.
    static var bytes: [UInt8] {
        let suites: [UInt16] = [0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0x009c, 0x009d]
        let groups: [UInt16] = [0x001d, 0x0017, 0x0018]
        let signatures: [UInt16] = [0x0403, 0x0503, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501]
        let extensions =
            field(0x000a, list(groups)) + field(0x000b, [1, 0]) + field(0x000d, list(signatures))
        var hello: [UInt8] = [0x03, 0x03]
        hello += (0..<32).map { _ in UInt8.random(in: 0x20...0x7e) }
        // No session to go on with, and no compression.
        hello += [0] + list(suites) + [1, 0] + pair(extensions.count) + extensions
        let handshake: [UInt8] = [0x01, 0x00] + pair(hello.count) + hello
        return [0x16, 0x03, 0x01] + pair(handshake.count) + handshake
    }

    private static func pair(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 0xff), UInt8(number & 0xff)] }

    /// Numbers behind their length in bytes.
    private static func list(_ numbers: [UInt16]) -> [UInt8] {
        pair(numbers.count * 2) + numbers.flatMap { pair(Int($0)) }
    }

    private static func field(_ type: Int, _ content: [UInt8]) -> [UInt8] {
        pair(type) + pair(content.count) + content
    }
}
