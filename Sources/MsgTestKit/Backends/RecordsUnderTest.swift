import MsgKit

/// A system of record.
public protocol RecordsUnderTest: BackendUnderTest {
    /// What the stores go by where no instant is passed.
    var clock: any WallClock { get }

    var users: any UserStore { get }
    var sessions: any SessionStore { get }
    var conversations: any ConversationStore { get }
    var directory: any ConversationDirectory { get }
    var messages: any MessageStore { get }
    var changes: any MessageChangeFeed { get }
    var autoMessages: any AutoMessageStore { get }
    var plans: any PlanStore { get }
    var workers: any WorkerBoard { get }
}
