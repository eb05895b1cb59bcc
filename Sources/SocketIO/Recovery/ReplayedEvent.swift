import NIOCore

/// An event that a client missed and gets late; see ``ConnectionStateRecovery/backfill``.
public struct ReplayedEvent: Sendable {
    /// As it is emitted.
    public let name: String
    /// Its arguments as JSON; sent as they are, unchecked.
    public let arguments: [ByteBuffer]
    /// Tells what it speaks of from everything else that is emitted, such as the id of a stored message: 1 to 64 letters,
    /// digits, `_` and `-`. What is emitted with the same key meanwhile is left out. See
    /// ``BroadcastOperator/emit(_:jsonArguments:attachments:key:)``.
    public let key: String?

    /// - Parameter key: other than of that form, it is as if there were none.
    public init(name: String, arguments: [ByteBuffer], key: String? = nil) {
        self.name = name
        self.arguments = arguments
        self.key = key.flatMap { RecoveryOffset.isKey($0) ? $0 : nil }
    }
}
