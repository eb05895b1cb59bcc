import Logging
import Synchronization

/// A warning of something that others can bring about as often as they like: the first is logged at once, the others of
/// the same period are counted, and their number is logged at its end. So the log grows by two lines a period at most.
final class RepeatedWarning: Sendable {
    private struct State {
        /// Those of the running period that are not logged; nil while none runs.
        var untold: Int?
    }

    private let message: Logger.Message
    private let period: Duration
    private let logger: Logger
    private let state = Mutex(State())

    init(_ message: Logger.Message, period: Duration, logger: Logger) {
        self.message = message
        self.period = period
        self.logger = logger
    }

    /// - Parameter metadata: of this occurrence; told only when it is the first of a period.
    func warn(_ metadata: @autoclosure () -> Logger.Metadata = [:]) {
        let isFirst = state.withLock { state in
            defer { state.untold = state.untold.map { $0 + 1 } ?? 0 }
            return state.untold == nil
        }
        guard isFirst else { return }
        logger.warning(message, metadata: metadata())
        // Weakly: a period's end is not worth keeping anything alive for.
        Task { [weak self, period] in
            try? await Task.sleep(for: period)
            self?.endPeriod()
        }
    }

    private func endPeriod() {
        let untold = state.withLock { state in
            defer { state.untold = nil }
            return state.untold ?? 0
        }
        guard untold > 0 else { return }
        logger.warning(message, metadata: ["times": "\(untold)", "within": "\(period)"])
    }
}
