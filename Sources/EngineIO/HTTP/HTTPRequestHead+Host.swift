import NIOHTTP1

extension HTTPRequestHead {
    /// Whether it says once, and in letters that a host may have, which host it is for (RFC 9112, 3.2). HTTP/1.0 need not
    /// say it.
    var namesOneHost: Bool {
        let hosts = headers["host"]
        guard hosts.count == 1 else { return hosts.isEmpty && version != .http1_1 }
        return hosts[0].utf8.allSatisfy(Self.isHostCharacter)
    }

    /// Of `uri-host [":" port]` (RFC 3986, 3.2.2).
    private static func isHostCharacter(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "-._~%!$&'()*+,;=:[]".utf8.contains(character)
        }
    }
}
