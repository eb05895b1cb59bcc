import MsgKit
import MsgTestKit

/// A SQLite backend whose automatic messages are in memory.
struct HybridRecords: RecordsUnderTest {
    let base: ConformanceBackend
    let memory: MemoryAutoMessages

    func another() async throws -> HybridRecords {
        HybridRecords(base: try await base.another(), memory: memory)
    }

    func release() async throws { try await base.release() }

    func complete(_ plan: Plan, of messages: [AutoMessage], under lease: Lease) async throws {
        memory.add(messages, of: plan.id)
    }

    var clock: any WallClock { base.clock }
    var users: any UserStore { base.users }
    var sessions: any SessionStore { base.sessions }
    var conversations: any ConversationStore { base.conversations }
    var directory: any ConversationDirectory { base.directory }
    var messages: any MessageStore { base.messages }
    var changes: any MessageChangeFeed { base.changes }
    var autoMessages: any AutoMessageStore { memory }
    var plans: any PlanStore { base.plans }
    var exclusions: any ExclusionStore { base.exclusions }
    var phaseRuns: any PhaseRunStore { base.phaseRuns }
    var workers: any WorkerBoard { base.workers }
}
