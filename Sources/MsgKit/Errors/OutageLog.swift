import Logging
import Synchronization

/// Tells the log of what fails for many callers or at every retry: each cause when it is first met, then every so often
/// with how often it was met, and once when it is over. So neither the length of an outage nor the number of those who
/// meet it makes the log long.
public final class OutageLog: Sendable {
    private struct Cause {
        /// How often it was met since it was told.
        var untold = 0
        var told: ContinuousClock.Instant
    }

    private struct State {
        /// By what the operator reads of it, but for numbers.
        var causes: [String: Cause] = [:]
        var isOut = false
        var recovered: ContinuousClock.Instant?
    }

    /// How often an outage that goes on is told again.
    static let reminder = Duration.seconds(300)
    /// How soon one that comes back after it was over is told again.
    static let recurrence = Duration.seconds(30)
    /// Different causes that are known apart; further ones count as one.
    private static let maximumCauses = 16

    private let failing: Logger.Message
    private let working: Logger.Message
    private let level: Logger.Level
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    /// - Parameters:
    ///   - failing: said of each cause.
    ///   - working: said once it is over.
    public init(
        failing: Logger.Message, working: Logger.Message, level: Logger.Level = .warning, logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.failing = failing
        self.working = working
        self.level = level
        self.logger = logger
        self.now = now
    }

    /// - Parameter begin: when what has failed was begun; what began before it last worked says nothing of now.
    public func failed(_ error: any Error, begunAt begin: ContinuousClock.Instant? = nil) {
        let text = MsgError(wrapping: error).debugDescription
        let now = now()
        let times: Int? = state.withLock { state in
            if let begin, let recovered = state.recovered, begin < recovered { return nil }
            // Numbers, such as how long something took, make no other cause.
            var key = text.filter { !$0.isNumber }
            if state.causes[key] == nil, state.causes.count >= Self.maximumCauses { key = "" }
            if var known = state.causes[key] {
                known.untold += 1
                let isDue = now - known.told >= (state.isOut ? Self.reminder : Self.recurrence)
                defer { state.causes[key] = isDue ? Cause(told: now) : known }
                guard isDue else { return nil }
                state.isOut = true
                return known.untold
            }
            state.causes[key] = Cause(told: now)
            state.isOut = true
            return 1
        }
        guard let times else { return }
        var metadata: Logger.Metadata = ["error": "\(text)"]
        if times > 1 { metadata["times"] = "\(times)" }
        logger.log(level: level, failing, metadata: metadata, source: Logger.outages)
    }

    /// Something that could have failed has not.
    public func worked() {
        let now = now()
        let wasOut = state.withLock { state in
            guard state.isOut else { return false }
            state.isOut = false
            state.recovered = now
            return true
        }
        if wasOut { logger.notice(working) }
    }
}
