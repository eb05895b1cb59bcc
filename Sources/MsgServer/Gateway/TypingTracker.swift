import Foundation
import MsgKit

/// Who is writing where, so that `user_stop_typing` comes by itself.
actor TypingTracker {
    /// In how many conversations one socket may be writing at a time; one more is refused.
    static let maximumPerSocket = 16

    private let timeout: Duration
    private let realtime: RealtimePublisher
    private let clock: any WallClock
    private var timers: [String: [Conversation.ID: Timer]] = [:]
    private var started: UInt64 = 0

    private struct Timer {
        /// Tells a timer from one that a later start has replaced, and that may be past its sleep by then.
        var number: UInt64
        var task: Task<Void, Never>
    }

    /// - Parameter timeout: how long one `typing_start` lasts.
    init(timeout: Duration, realtime: RealtimePublisher, clock: any WallClock) {
        self.timeout = timeout
        self.realtime = realtime
        self.clock = clock
    }

    /// - Throws: ``ErrorCode/rateLimited`` over ``maximumPerSocket``.
    func start(_ user: UserReference, in conversation: Conversation.ID, socket: String) async throws {
        var own = timers[socket] ?? [:]
        guard own[conversation] != nil || own.count < Self.maximumPerSocket else {
            throw MsgError(.rateLimited, "Writing in more than \(Self.maximumPerSocket) conversations at once.")
        }
        own[conversation]?.task.cancel()
        started += 1
        let number = started
        let task = Task { [timeout] in
            do { try await Task.sleep(for: timeout) } catch { return }
            await self.expire(number, user, in: conversation, socket: socket)
        }
        own[conversation] = Timer(number: number, task: task)
        timers[socket] = own
        await send(UserTyping(user, in: conversation, at: clock.now), user: user, conversation: conversation)
    }

    /// Nothing happens when the socket is not writing there.
    func stop(_ user: UserReference, in conversation: Conversation.ID, socket: String) async {
        guard let timer = timers[socket]?.removeValue(forKey: conversation) else { return }
        timer.task.cancel()
        if timers[socket]?.isEmpty == true { timers[socket] = nil }
        await send(UserStopTyping(user, in: conversation, at: clock.now), user: user, conversation: conversation)
    }

    private func expire(_ number: UInt64, _ user: UserReference, in conversation: Conversation.ID, socket: String) async
    {
        guard timers[socket]?[conversation]?.number == number else { return }
        await stop(user, in: conversation, socket: socket)
    }

    /// The socket is gone.
    func stopAll(_ user: UserReference, socket: String) async {
        for conversation in timers[socket].map({ Array($0.keys) }) ?? [] {
            await stop(user, in: conversation, socket: socket)
        }
    }

    private func send(_ event: some ServerEvent, user: UserReference, conversation: Conversation.ID) async {
        // Dates, ids and text can be encoded: there is nothing to fail.
        guard let emission = try? event.emission(to: [.conversation(conversation)], except: [.user(user.id)]) else {
            return
        }
        await realtime.send([emission])
    }
}
