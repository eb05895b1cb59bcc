import MsgKit
import ServiceLifecycle

/// One implementation of every role, whichever engines they are on.
struct Engines: Sendable {
    var users: any UserStore
    var sessions: any SessionStore
    var conversations: any ConversationStore
    var directory: any ConversationDirectory
    var messages: any MessageStore
    var changes: any MessageChangeFeed
    var autoMessages: any AutoMessageStore
    var plans: any PlanStore
    var queue: any JobQueue
    var deadLetters: any DeadLetterQueue
    var search: any RebuildableSearchIndex
    var presence: any PresenceStore
    var leases: any LeaseStore
    var bus: any EventBus
    var probes: [any HealthProbe]
    /// What the engines need run in a process that stays.
    var services: [any Service]
    /// The form of the stored data, and what opening did to bring it there.
    var schema: SchemaReport
    /// Ends everything; what was acknowledged is stored already.
    var close: @Sendable () async throws -> Void
}
