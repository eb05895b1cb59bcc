/// What is known of a client that came back and cannot be recovered here: it was away too long, missed too much, or was
/// connected to another process.
public struct RecoveryGap: Sendable {
    /// Up to where it received everything in its rooms. nil when it brought nothing that is an offset, and when what was
    /// found after that was too much.
    public let offset: RecoveryOffset?
    private let recovery: NamespaceRecovery

    init(offset: RecoveryOffset?, recovery: NamespaceRecovery) {
        self.offset = offset
        self.recovery = recovery
    }

    /// Whether an event with this key was sent to its rooms before the client's offset.
    ///
    /// - Returns: nil when that isn't known: the offset is another process's, or the key was never sent here or is not
    ///   among the last ``ConnectionStateRecovery/maxKeys``.
    public func wasSent(key: String) -> Bool? {
        guard let offset else { return nil }
        if offset.key == key { return true }
        guard offset.epoch == recovery.epoch, let sequence = recovery.sequence(ofKey: key) else { return nil }
        return sequence <= offset.sequence
    }
}
