import Foundation
import MsgKit
import Synchronization

/// How far long work has come, with rate and time left, rewritten in place on a terminal; elsewhere nothing.
final class ProgressLine: Sendable {
    private static let interval = Duration.milliseconds(200)

    private let what: String
    private let start = ContinuousClock.now
    private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

    init(_ what: String) {
        self.what = what
    }

    /// - Parameter total: nil when it is not known.
    func show(_ done: Int, of total: Int? = nil) {
        guard Console.isTerminal else { return }
        let now = ContinuousClock.now
        let isDue = lastShown.withLock { last in
            if let shown = last, shown.duration(to: now) < Self.interval { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let rate = Double(done) / max((now - start).seconds, 0.001)
        var text = "\(what): \(done)"
        if let total { text += " of \(total)" }
        text += ", \(Int(rate))/s"
        if let total, rate > 0 { text += ", \(Int(Double(max(0, total - done)) / rate)) s left" }
        StandardStream.error.write("\r\u{1B}[K\(text)")
    }

    /// Leaves the line, if there is one.
    func finish() {
        guard lastShown.withLock({ $0 != nil }) else { return }
        StandardStream.error.write("\r\u{1B}[K")
    }
}
