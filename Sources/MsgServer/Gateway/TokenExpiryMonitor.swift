import Foundation
import HeapModule
import Logging
import MsgKit
import SocketIO

/// Closes sockets whose access token expires, after an event in time to send a new one. One timer serves all sockets.
actor TokenExpiryMonitor {
    /// How long before its token expires a socket is told; of a shorter life half of what is left.
    static let notice: TimeInterval = 60

    private struct Deadline: Comparable {
        enum Kind {
            case warn
            case close
        }

        var at: Date
        var kind: Kind
        var socket: String

        static func < (left: Deadline, right: Deadline) -> Bool { left.at < right.at }
    }

    private let namespace: Namespace
    private let clock: any WallClock
    /// When each socket's token expires; a deadline that says otherwise is out of date.
    private var expiries: [String: Date] = [:]
    private var deadlines = Heap<Deadline>()
    private var timer: (at: Date, task: Task<Void, Never>)?

    init(namespace: Namespace, clock: any WallClock) {
        self.namespace = namespace
        self.clock = clock
    }

    deinit {
        timer?.task.cancel()
    }

    /// Watches a socket's token; called again with a new one it forgets the old.
    func watch(_ socket: String, until expiry: Date) {
        guard expiries[socket] != expiry else { return }
        expiries[socket] = expiry
        insertDeadlines(of: socket, expiry)
        // Out-of-date ones lie there until their time: not more of them than of the others.
        if deadlines.count > 4 * expiries.count + 64 {
            deadlines = Heap()
            for (socket, expiry) in expiries { insertDeadlines(of: socket, expiry) }
        }
        schedule()
    }

    private func insertDeadlines(of socket: String, _ expiry: Date) {
        let left = max(0, expiry.timeIntervalSince(clock.now))
        deadlines.insert(
            Deadline(at: expiry.addingTimeInterval(-min(Self.notice, left / 2)), kind: .warn, socket: socket))
        deadlines.insert(Deadline(at: expiry, kind: .close, socket: socket))
    }

    func forget(_ socket: String) {
        expiries[socket] = nil
        if expiries.isEmpty { deadlines = Heap() }
    }

    private func schedule() {
        guard let next = deadlines.min?.at, timer.map({ next < $0.at }) ?? true else { return }
        timer?.task.cancel()
        let wait = Duration.milliseconds(max(0, Int64((next.timeIntervalSince(clock.now) * 1000).rounded(.up))))
        timer = (
            next,
            Task { [weak self] in
                do { try await Task.sleep(for: wait) } catch { return }
                await self?.fire()
            }
        )
    }

    private func fire() async {
        timer = nil
        let now = clock.now
        while let deadline = deadlines.min, deadline.at <= now {
            deadlines.removeMin()
            guard let expiry = expiries[deadline.socket] else { continue }
            switch deadline.kind {
            case .close where expiry == deadline.at:
                expiries[deadline.socket] = nil
                await namespace.in(deadline.socket).disconnectSockets(close: true)
            case .warn where expiry > deadline.at && expiry.timeIntervalSince(deadline.at) <= Self.notice:
                // Its name is not reserved and a date can be encoded: nothing here can fail.
                try? namespace.to(deadline.socket).emit(AuthExpiring.name, AuthExpiring(expiresAt: expiry))
            default:
                continue
            }
        }
        schedule()
    }
}
