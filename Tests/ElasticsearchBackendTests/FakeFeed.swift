import Foundation
import MsgKit
import Synchronization

/// Messages and their changes in memory.
final class FakeFeed: MessageChangeFeed {
    private struct State {
        /// In the order of the changes; the position is the place from 1 on.
        var changes: [Message] = []
        var messages: [Message.ID: Message] = [:]
    }

    private let state = Mutex(State())

    func store(_ message: Message) {
        state.withLock { state in
            state.changes.append(message)
            state.messages[message.id] = message
        }
    }

    var living: [Message] {
        state.withLock { $0.messages.values.filter { !$0.isDeleted }.sorted { $0.id < $1.id } }
    }

    /// A message that changed twice appears at its last position, as it is now.
    func changes(after position: ChangePosition?, limit: Int) async throws -> [MessageChange] {
        let start = position.flatMap { Int($0.token) } ?? 0
        return state.withLock { state in
            var found: [MessageChange] = []
            for number in start..<max(start, state.changes.count) where found.count < limit {
                let id = state.changes[number].id
                guard !state.changes[(number + 1)...].contains(where: { $0.id == id }),
                    let message = state.messages[id]
                else { continue }
                found.append(MessageChange(position: ChangePosition(token: String(number + 1)), message: message))
            }
            return found
        }
    }

    func currentPosition() async throws -> ChangePosition? {
        state.withLock { $0.changes.isEmpty ? nil : ChangePosition(token: String($0.changes.count)) }
    }

    func messages(afterID id: Message.ID?, limit: Int) async throws -> [Message] {
        Array(living.drop { message in id.map { message.id <= $0 } ?? false }.prefix(limit))
    }

    func waitForChange(after position: ChangePosition?, timeout: Duration) async throws {
        try await Task.sleep(for: .milliseconds(5))
    }
}
