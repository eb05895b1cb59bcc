import Foundation

/// Texts that are public keys in other forms than PEM, so that none is taken for a secret, which it is not.
public enum PublicKeyText {
    /// What begins a word of an OpenSSH key: the names of algorithms, and the key itself, as base64 of a length.
    private static let openSSH = ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-", "AAAA"]

    /// Whether a text looks like a key of OpenSSH (a line of `authorized_keys` or `known_hosts` too) or of SSH2, a JWK or a
    /// JWKS, several lines of whatever it may be, or a PEM without its first and last line.
    public static func isOne(_ text: String) -> Bool {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if text.contains(where: \.isNewline) || ["{", "[", "----"].contains(where: text.hasPrefix) { return true }
        return text.split(whereSeparator: \.isWhitespace).contains { word in openSSH.contains(where: word.hasPrefix) }
            || isDER(text)
    }

    /// Whether it is base64, of either alphabet, of one sequence of ASN.1 that begins with a sequence or a number, as all keys do.
    private static func isDER(_ text: String) -> Bool {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/").prefix { $0 != "=" }
        let padding = String(repeating: "=", count: (4 - plain.count % 4) % 4)
        guard let bytes = Data(base64Encoded: plain + padding).map(Array.init), bytes.count > 4, bytes[0] == 0x30 else {
            return false
        }
        // The length takes one byte, or as many as the low bits of the first say.
        let isLong = bytes[1] & 0x80 != 0
        let lengthBytes = isLong ? Int(bytes[1] & 0x7f) : 0
        guard lengthBytes <= 4, bytes.count > 2 + lengthBytes else { return false }
        let length = isLong ? bytes[2..<(2 + lengthBytes)].reduce(0) { $0 << 8 | Int($1) } : Int(bytes[1])
        return bytes.count == 2 + lengthBytes + length && [0x30, 0x02].contains(bytes[2 + lengthBytes])
    }
}
