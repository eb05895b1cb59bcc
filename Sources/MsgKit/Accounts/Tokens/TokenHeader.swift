import Foundation

/// The first part of a token: which key it claims to be signed with. Nothing of it is believed before that key has
/// checked the signature.
struct TokenHeader: Decodable {
    var alg: String
    var kid: String?
    /// Extensions that a reader must know (RFC 7515, 4.1.11); none is known here.
    var crit: [String]?

    /// - Returns: nil when it is no header of a token.
    init?(of token: String) {
        guard let part = token.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1).first,
            let data = Data(base64URL: part), let header = try? JSONDecoder().decode(Self.self, from: data),
            header.crit == nil
        else { return nil }
        self = header
    }
}

extension Data {
    /// Bytes written as base64url without padding (RFC 7515, 2).
    init?(base64URL text: some Sequence<UInt8>) {
        var standard = text.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        while standard.count % 4 != 0 { standard.append(UInt8(ascii: "=")) }
        self.init(base64Encoded: Data(standard))
    }
}
