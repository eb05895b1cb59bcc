import Crypto

extension TokenKey {
    /// An id for a key that brings none: the beginning of a hash, which gives nothing away and only tells keys apart.
    static func id(of bytes: [UInt8]) -> String {
        let digest = SHA256.hash(data: Array("msgctl kid".utf8) + bytes)
        return digest.prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
