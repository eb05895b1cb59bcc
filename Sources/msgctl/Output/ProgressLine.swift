import Foundation
import MsgKit
import Synchronization

/// How far long work has come, as a bar with rate and time left, rewritten in place on a terminal; elsewhere nothing.
final class ProgressLine: Sendable {
    private static let interval = Duration.milliseconds(200)
    private static let shortestBar = 10
    private static let longestBar = 40

    private let what: String
    private let start = ContinuousClock.now
    private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

    init(_ what: String) {
        self.what = what
    }

    /// - Parameter total: nil when it is not known.
    func show(_ done: Int, of total: Int? = nil) {
        guard Console.isTerminal else { return }
        // What is told at the end gets a line of its own.
        if let total, done >= total { return finish() }
        let now = ContinuousClock.now
        let isDue = lastShown.withLock { last in
            if let shown = last, shown.duration(to: now) < Self.interval { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let text = text(done, of: total, after: (now - start).seconds, width: Console.width - 1)
        StandardStream.error.write("\r\u{1B}[K\(text)")
    }

    /// `[#####     ] 52 %  520,000 of 1,000,000 users  41,000/s  12 s left`, no longer than the line.
    private func text(_ done: Int, of total: Int?, after seconds: Double, width: Int) -> String {
        let rate = Double(done) / max(seconds, 0.001)
        var text = Self.grouped(done)
        if let total { text += " of \(Self.grouped(total))" }
        text += " \(what)  \(Self.grouped(Int(rate)))/s"
        guard let total, total > 0 else { return String(text.prefix(width)) }
        if rate > 0 { text += "  \(Self.grouped(Int(Double(max(0, total - done)) / rate))) s left" }
        let share = min(1, Double(done) / Double(total))
        text = "\(Int(share * 100)) %  " + text
        let bar = min(Self.longestBar, width - text.count - 3)
        guard bar >= Self.shortestBar else { return String(text.prefix(width)) }
        let filled = Int(share * Double(bar))
        let marks = String(repeating: "#", count: filled) + String(repeating: " ", count: bar - filled)
        return "[\(marks)] \(text)"
    }

    /// With a comma at each thousand.
    private static func grouped(_ number: Int) -> String {
        let digits = String(number)
        return digits.enumerated().map { place, digit in
            place > 0 && (digits.count - place).isMultiple(of: 3) ? ",\(digit)" : "\(digit)"
        }.joined()
    }

    /// Leaves the line, if there is one.
    func finish() {
        let wasShown = lastShown.withLock { last in
            defer { last = nil }
            return last != nil
        }
        guard wasShown else { return }
        StandardStream.error.write("\r\u{1B}[K")
    }
}
