import MsgKit

/// The system of record.
struct RecordEngine: Sendable {
    var users: any UserStore
    var sessions: any SessionStore
    var conversations: any ConversationStore
    var directory: any ConversationDirectory
    var messages: any MessageStore
    var changes: any MessageChangeFeed
    /// Answers searches while the index is away.
    var textSearch: any MessageTextSearch
    var autoMessages: any AutoMessageStore
    var plans: any PlanStore
    var exclusions: any ExclusionStore
    var phaseRuns: any PhaseRunStore
    var workers: any WorkerBoard
    var probe: any HealthProbe
}
