import Foundation
import MsgKit

/// The extension types that notepack writes, of which Socket.IO's Redis adapters make use.
enum MessagePackExtension: Equatable {
    /// Type -1, or type 0 in eight bytes as notepack 2 wrote it.
    case instant(Date)
    /// Type 0 in one byte: notepack 2's undefined.
    case undefined
    /// Type 0 in any other length: notepack 2's bytes.
    case bytes(ArraySlice<UInt8>)
    case other(type: Int8)

    init(type: Int8, bytes: ArraySlice<UInt8>, isFixed: Bool) {
        switch (type, bytes.count, isFixed) {
        case (-1, 4, _): self = .seconds(UInt64(Self.number(bytes)), nanoseconds: 0)
        case (-1, 8, _):
            let number = Self.number(bytes)
            self = .seconds(number & 0x3_ffff_ffff, nanoseconds: number >> 34)
        case (-1, 12, _):
            let seconds = Int64(bitPattern: Self.number(bytes.dropFirst(4)))
            self = .instant(seconds: Double(seconds), nanoseconds: Self.number(bytes.prefix(4)))
        case (0, 1, true): self = .undefined
        case (0, 8, true):
            let milliseconds = Int64(bitPattern: Self.number(bytes))
            self = .instant(seconds: Double(milliseconds) / 1000, nanoseconds: 0)
        case (0, _, _): self = .bytes(bytes)
        default: self = .other(type: type)
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func seconds(_ seconds: UInt64, nanoseconds: UInt64) -> Self {
        instant(seconds: Double(seconds), nanoseconds: nanoseconds)
    }

    /// JavaScript's dates reach 100 million days from 1970; beyond there is none.
    private static func instant(seconds: Double, nanoseconds: UInt64) -> Self {
        let value = seconds + Double(nanoseconds) / 1e9
        guard abs(value) <= 8_640_000_000_000, nanoseconds < 1_000_000_000 else { return .undefined }
        return .instant(Date(timeIntervalSince1970: value))
    }
}
