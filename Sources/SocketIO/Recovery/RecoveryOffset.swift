import Foundation

/// A place in the stream of events of one namespace of one process. Opaque to clients.
public struct RecoveryOffset: Sendable, Equatable {
    private static let maxKeyLength = 64

    /// Names the process and namespace; places of other epochs can't be compared.
    let epoch: String
    let sequence: UInt64
    private let milliseconds: Int64
    /// ``ReplayedEvent/key`` of the last event with one up to here.
    public let key: String?

    init(epoch: String, sequence: UInt64, time: Date, key: String?) {
        self.epoch = epoch
        self.sequence = sequence
        self.milliseconds = Int64((time.timeIntervalSince1970 * 1000).rounded())
        self.key = key
    }

    /// Wall clock of the process that sent it, in milliseconds.
    public var time: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// Reads what a client brought back. nil when no process of this library can have sent it.
    init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 || parts.count == 4, !parts[0].isEmpty,
            let sequence = UInt64(parts[1], radix: 36), let milliseconds = Int64(parts[2], radix: 36),
            // Years until 5138: far enough, and no arithmetic with it can overflow.
            (0...100_000_000_000_000).contains(milliseconds)
        else {
            return nil
        }
        let key = parts.count == 4 ? String(parts[3]) : nil
        guard key.map(Self.isKey) ?? true else { return nil }
        self.epoch = String(parts[0])
        self.sequence = sequence
        self.milliseconds = milliseconds
        self.key = key
    }

    /// Needs no escaping in JSON.
    var text: String {
        let place = "\(epoch).\(String(sequence, radix: 36)).\(String(milliseconds, radix: 36))"
        return key.map { "\(place).\($0)" } ?? place
    }

    /// Whether a key can be part of an offset: 1 to 64 letters, digits, `_` and `-` of ASCII.
    static func isKey(_ key: String) -> Bool {
        (1...maxKeyLength).contains(key.utf8.count)
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
