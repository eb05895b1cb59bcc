import Synchronization

/// What joins the log lines of one request, event or run, in every process that has to do with it.
public struct RequestID: Sendable {
    /// That of the work which the current task does; nil where nobody asked for anything.
    @TaskLocal public static var current: RequestID?

    /// How many characters one from outside has.
    public static let lengths = 8...64

    private enum Form {
        case own(UInt64)
        case given(String)
    }

    /// What the ids of this process begin with: 12 hexadecimal digits.
    private static let origin = padded(UInt64.random(in: 0..<1 << 48), to: 12)
    private static let count = Atomic<UInt64>(0)

    private let form: Form

    private init(_ form: Form) { self.form = form }

    /// One from outside: 8 to 64 letters and digits of ASCII, `-`, `_` and `.`; nil for any other text, which might not be
    /// fit for a log or for a header.
    public init?(_ text: String) {
        guard Self.lengths.contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else { return nil }
        form = .given(text)
    }

    /// One that no other request has.
    public static func next() -> RequestID { RequestID(.own(count.wrappingAdd(1, ordering: .relaxed).newValue)) }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func padded(_ number: UInt64, to width: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension RequestID: CustomStringConvertible {
    /// Written only where it is read: most are never.
    public var description: String {
        switch form {
        case .own(let number): "\(Self.origin)-\(Self.padded(number, to: 6))"
        case .given(let text): text
        }
    }
}

extension RequestID: Hashable {
    /// One that has been through a queue or another process is still the same.
    public static func == (left: RequestID, right: RequestID) -> Bool { left.description == right.description }

    public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
