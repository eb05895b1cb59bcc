import Foundation
import GRDB
import Logging
import MsgKit
import Synchronization

/// Wakes those who wait for something to be stored: at once for a write of this process, within some 50 ms for one of
/// another process.
///
/// The other processes are noticed by SQLite's `data_version`, which one task reads while anybody waits; with no
/// waiter nothing runs. To miss nothing, a waiter notes the generation first, then looks, then waits for a later one.
final class ChangeSignal: Sendable {
    static let pollInterval: Duration = .milliseconds(50)

    private struct Waiter {
        var topics: ChangeTopics
        var deadline: ContinuousClock.Instant
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var generations: [UInt8: UInt64] = [:]
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
        var isPolling = false
        var isClosed = false
        var dataVersion: Int64
    }

    private let connection: DatabaseQueue
    private let logger: Logger
    private let state: Mutex<State>

    /// - Parameter path: The database, which is there already.
    init(path: String, logger: Logger) throws {
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(1)
        configuration.label = "msgctl.change-signal"
        connection = try DatabaseQueue(path: path, configuration: configuration)
        self.logger = logger
        state = Mutex(State(dataVersion: try connection.unsafeRead { try $0.number("PRAGMA data_version") }))
    }

    /// How often any of some topics changed so far, as far as is known.
    func generation(of topics: ChangeTopics) -> UInt64 {
        state.withLock { Self.generation(of: topics, in: $0) }
    }

    /// Says that a write of this process is committed.
    func notify(_ topics: ChangeTopics) {
        guard !topics.isEmpty else { return }
        let woken = state.withLock { Self.bump(topics, in: &$0) }
        for waiter in woken { waiter.continuation.resume() }
    }

    /// Returns when a topic has changed since a generation was noted, at the deadline, or when the task is cancelled.
    func wait(for topics: ChangeTopics, after generation: UInt64, until deadline: ContinuousClock.Instant) async {
        guard deadline > .now else { return }
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let (mustWait, mustPoll) = state.withLock { state in
                    guard Self.generation(of: topics, in: state) == generation, !Task.isCancelled, !state.isClosed
                    else {
                        return (false, false)
                    }
                    state.waiters[number] = Waiter(topics: topics, deadline: deadline, continuation: continuation)
                    defer { state.isPolling = true }
                    return (true, !state.isPolling)
                }
                if !mustWait { continuation.resume() }
                if mustPoll { Task { await poll() } }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: number) }
            waiter?.continuation.resume()
        }
    }

    /// Wakes everybody; from now on nobody waits.
    func close() throws {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.continuation.resume() }
        try connection.close()
    }

    private func poll() async {
        while let pause = nextPause() {
            try? await Task.sleep(for: pause)
            do {
                let version = try await connection.unsafeRead { try $0.number("PRAGMA data_version") }
                let woken = state.withLock { state -> [Waiter] in
                    guard state.dataVersion != version else { return [] }
                    state.dataVersion = version
                    return Self.bump(.all, in: &state)
                }
                for waiter in woken { waiter.continuation.resume() }
            } catch {
                // The waiters have deadlines; whoever reads the database then meets the error itself.
                logger.debug("Changes of other processes can't be seen", metadata: ["error": "\(error)"])
            }
            wakeExpired()
        }
    }

    /// How long to sleep before the next look; nil when nobody waits any more.
    private func nextPause() -> Duration? {
        state.withLock { state in
            guard let nearest = state.waiters.values.lazy.map(\.deadline).min() else {
                state.isPolling = false
                return nil
            }
            return max(.milliseconds(1), min(Self.pollInterval, nearest - .now))
        }
    }

    private func wakeExpired() {
        let now = ContinuousClock.now
        let expired = state.withLock { Self.remove(from: &$0) { $0.deadline <= now } }
        for waiter in expired { waiter.continuation.resume() }
    }

    private static func generation(of topics: ChangeTopics, in state: State) -> UInt64 {
        state.generations.reduce(0) { topics.rawValue & $1.key != 0 ? $0 + $1.value : $0 }
    }

    private static func bump(_ topics: ChangeTopics, in state: inout State) -> [Waiter] {
        for topic in [ChangeTopics.messages, .jobs, .events] where topics.contains(topic) {
            state.generations[topic.rawValue, default: 0] += 1
        }
        return remove(from: &state) { !$0.topics.isDisjoint(with: topics) }
    }

    private static func remove(from state: inout State, where isMeant: (Waiter) -> Bool) -> [Waiter] {
        let numbers = state.waiters.filter { isMeant($0.value) }.map(\.key)
        return numbers.compactMap { state.waiters.removeValue(forKey: $0) }
    }
}
