import Foundation

/// What lay in the queue and is no job, as far as it is known.
public struct UnreadableJob: Sendable, Equatable {
    /// How much of a body is shown.
    public static let maximumShown = 200

    /// Made from the bytes of the body, as it has no id that could be trusted.
    public var id: AutoMessage.ID
    /// The body, or its beginning.
    public var body: Data
    /// The length of the whole body.
    public var size: Int
    /// What the message tells beside its body, by the names of the queue's engine.
    public var properties: [String: String]

    public init(id: AutoMessage.ID, body: Data, size: Int, properties: [String: String] = [:]) {
        self.id = id
        self.body = body
        self.size = size
        self.properties = properties
    }

    /// An id made from the bytes of a body. One that stands in it is not believed: it could be that of a real dead letter,
    /// for which the body would then be taken.
    public static func id(of body: some Sequence<UInt8>) -> AutoMessage.ID {
        // FNV-1a, 64 and 32 bits: a name for a few odd bodies, not a proof.
        var high: UInt64 = 0xcbf2_9ce4_8422_2325
        var low: UInt32 = 0x811c_9dc5
        for byte in body {
            high = (high ^ UInt64(byte)) &* 0x100_0000_01b3
            low = (low ^ UInt32(byte)) &* 0x0100_0193
        }
        return Identifier(high: high, low: low)
    }

    /// The first bytes: printable ASCII as it is, all else escaped, so that nothing of it moves a cursor.
    public var beginning: String {
        var text = ""
        for byte in body.prefix(Self.maximumShown) {
            switch byte {
            case UInt8(ascii: "\n"): text += "\\n"
            case UInt8(ascii: "\r"): text += "\\r"
            case UInt8(ascii: "\t"): text += "\\t"
            case UInt8(ascii: "\\"): text += "\\\\"
            case 0x20..<0x7f: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "\\x" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return size > min(body.count, Self.maximumShown) ? text + "…" : text
    }
}
