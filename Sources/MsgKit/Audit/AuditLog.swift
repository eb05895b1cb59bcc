import Logging

/// Tells operators what happened to accounts, sessions and what administrators look after: one line each, under a label
/// of its own, whatever the log level.
public struct AuditLog: Sendable {
    public static let label = "msgctl.audit"

    /// Where the request that is being answered comes from; nil outside of one.
    @TaskLocal public static var address: String?

    private let logger: Logger

    public init(logger: Logger = Logger(label: AuditLog.label)) {
        self.logger = logger
    }

    public func record(_ event: AuditEvent, by actor: AuditActor) {
        var metadata = event.metadata
        switch actor {
        case .nobody: metadata["by"] = "nobody"
        case .command: metadata["by"] = "command"
        case .user(let user, let session):
            metadata["by"] = "\(user)"
            metadata["by_session"] = "\(session)"
        }
        if let address = Self.address { metadata["address"] = "\(address)" }
        logger.log(level: event.level, "\(event.name)", metadata: metadata)
    }
}
