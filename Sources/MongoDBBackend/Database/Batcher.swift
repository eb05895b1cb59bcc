import DequeModule
import MsgKit
import Synchronization

/// Does what many callers want at once together: whatever waits when a flusher becomes free is one batch. Nobody waits
/// for company; a call that comes alone is done alone.
final class Batcher<Request: Sendable, Answer: Sendable>: Sendable {
    struct Limits: Sendable {
        /// How many requests make a batch at most.
        var batch: Int
        /// How many may wait; one more is told ``ErrorCode/serverBusy``.
        var waiting: Int
        /// How many batches are under way at once.
        var flushers: Int
    }

    private typealias Item = (request: Request, call: PendingCall<Answer>)

    private struct State {
        var waiting: Deque<Item> = []
        /// By number, so that calls of a batch that hangs are answered in time.
        var inFlight: [UInt64: [Item]] = [:]
        var flushers = 0
        var nextBatch: UInt64 = 0
    }

    private let limits: Limits
    private let database: MongoDatabase
    private let weight: @Sendable (Request) -> Int
    private let work: @Sendable (MongoConnection, [Request]) throws -> [Result<Answer, any Error>]
    private let state = Mutex(State())

    /// - Parameters:
    ///   - weight: how many of ``Limits/batch`` a request counts as.
    ///   - work: gives an answer for each request, in their order, or throws for all of them.
    init(
        _ database: MongoDatabase, limits: Limits, weight: @escaping @Sendable (Request) -> Int = { _ in 1 },
        work: @escaping @Sendable (MongoConnection, [Request]) throws -> [Result<Answer, any Error>]
    ) {
        self.database = database
        self.limits = limits
        self.weight = weight
        self.work = work
        database.watch { [weak self] in self?.expire(at: $0) }
    }

    /// Does one request, with whatever else waits.
    func submit(_ request: Request) async throws -> Answer {
        let call = PendingCall<Answer>(deadline: .now + database.options.operationTimeout)
        return try await database.explaining { try await call.value { enqueue((request, call)) } }
    }

    private func enqueue(_ item: Item) {
        let needsFlusher: Bool? = state.withLock { state in
            while let first = state.waiting.first, first.call.isSettled { state.waiting.removeFirst() }
            guard state.waiting.count < limits.waiting else { return nil }
            state.waiting.append(item)
            guard state.flushers < limits.flushers else { return false }
            state.flushers += 1
            return true
        }
        switch needsFlusher {
        case nil: item.call.settle(.failure(MsgError.busy))
        case true?: startFlusher()
        case false?: break
        }
    }

    private func startFlusher() {
        let isTaken = Mutex(false)
        let take: @Sendable () -> Bool = {
            isTaken.withLock { isTaken in
                defer { isTaken = true }
                return !isTaken
            }
        }
        database.threads.submit(
            WorkerThreads.Job(
                deadline: .now + database.options.operationTimeout,
                run: { if take() { self.flush() } },
                fail: { error in if take() { self.giveUp(error) } },
                isSettled: { isTaken.withLock { $0 } }))
    }

    /// There is no thread for a flusher: what waits has waited in vain.
    private func giveUp(_ error: MsgError) {
        let items = state.withLock { state in
            state.flushers -= 1
            defer { state.waiting = [] }
            return state.waiting
        }
        for item in items { item.call.settle(.failure(error)) }
    }

    private func flush() {
        let (number, items) = nextBatch()
        if !items.isEmpty {
            let requests = items.map(\.request)
            let answers = Result { try database.run { try work($0, requests) } }
            switch answers {
            case .success(let answers) where answers.count == items.count:
                for (item, answer) in zip(items, answers) { item.call.settle(answer) }
            case .success: for item in items { item.call.settle(.failure(MsgError.unknownAnswer("batch"))) }
            case .failure(let error): for item in items { item.call.settle(.failure(error)) }
            }
        }
        let isMore = state.withLock { state in
            state.inFlight[number] = nil
            if state.waiting.isEmpty { state.flushers -= 1 }
            return !state.waiting.isEmpty
        }
        // In line behind other work, so that one kind of call can't keep a thread for itself.
        if isMore { startFlusher() }
    }

    private func nextBatch() -> (number: UInt64, items: [Item]) {
        state.withLock { state in
            var items: [Item] = []
            var load = 0
            while let next = state.waiting.first {
                load += weight(next.request)
                guard items.isEmpty || load <= limits.batch else { break }
                state.waiting.removeFirst()
                if next.call.begin() { items.append(next) }
            }
            state.nextBatch += 1
            state.inFlight[state.nextBatch] = items
            return (state.nextBatch, items)
        }
    }

    private func expire(at instant: ContinuousClock.Instant) {
        let late: [Item] = state.withLock { state in
            var late = state.inFlight.values.joined().filter { $0.call.deadline <= instant }
            while let first = state.waiting.first, first.call.deadline <= instant {
                late.append(first)
                state.waiting.removeFirst()
            }
            return late
        }
        for item in late { item.call.settle(.failure(MsgError.late)) }
    }
}
