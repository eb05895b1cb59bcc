import DequeModule
import Logging
import ServiceLifecycle

/// One run of a worker: jobs flow in while they flow out, so that a delivery that takes long holds up no other.
///
/// What it holds and what came of it is touched by the one task that runs it; the queue is asked, and each delivery made, by
/// a child task whose end is an event.
struct DispatchPump {
    private enum Event: Sendable {
        case received([Delivery])
        case notReceived(any Error)
        case rested
        case settled(DeliveryOutcome)
        case unsettled(Delivery, RequestID, any Error)
        case stopped
    }

    private let queue: any JobQueue
    private let delivery: MessageDelivery
    private let settings: PipelineSettings
    private let progress: WorkerProgress
    /// How long one wait for a job lasts; a stop that comes meanwhile ends it.
    private let wait: Duration
    /// Whether it ends once nothing is ready and no worker has anything in hand, or at the first failure of an engine.
    private let isDraining: Bool
    private let logger: Logger

    private var waiting: Deque<Delivery> = []
    private var running = 0
    private var isReceiving = false
    /// Nothing more is begun.
    private var isStopping = false
    private var isDrained = false
    private var backoff = Backoff()
    /// How many could not be settled, and what kept the first of them, or the queue, from it.
    private var unsettled = 0
    private var failure: (any Error)?
    private(set) var tally = DispatchTally()

    init(
        queue: any JobQueue, delivery: MessageDelivery, settings: PipelineSettings, progress: WorkerProgress,
        wait: Duration, isDraining: Bool, logger: Logger
    ) {
        self.queue = queue
        self.delivery = delivery
        self.settings = settings
        self.progress = progress
        self.wait = wait
        self.isDraining = isDraining
        self.logger = logger
    }

    /// Goes on until it is stopped, or drained. What is in hand then is finished, what is not begun handed back.
    /// - Throws: while draining: what an engine has failed with.
    mutating func run() async throws {
        let (stops, stop) = AsyncStream<Never>.makeStream()
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Event.self) { group in
                group.addTask {
                    for await _ in stops {}
                    return .stopped
                }
                while !isOver {
                    begin(in: &group)
                    guard let event = await group.next() else { break }
                    await take(event, in: &group)
                }
                stop.finish()
            }
        } onGracefulShutdown: {
            stop.finish()
        }
        guard let failure else { return }
        guard unsettled > 0 else { throw failure }
        let sentence =
            "\(unsettled) of the jobs could not be delivered or put aside, since an engine is away; they come again. "
            + "Delivered before: \(tally.delivered)."
        let cause = MsgError(wrapping: failure)
        throw MsgError(.unavailable, sentence, detail: "\(sentence) \(cause.operatorMessage)", cause: failure)
    }

    private var isOver: Bool {
        (isStopping || isDrained) && waiting.isEmpty && running == 0 && !isReceiving
    }

    /// Begins what there is room for.
    private mutating func begin(in group: inout TaskGroup<Event>) {
        // A stop may have come whose event has not.
        guard !isStopping, !isDrained, !Task.isShuttingDownGracefully, !Task.isCancelled else { return }
        while running < settings.concurrency, let next = waiting.popFirst() {
            running += 1
            group.addTask { [delivery] in
                let request = next.job.requestID ?? .next()
                do {
                    return .settled(
                        try await RequestID.$current.withValue(request) { try await delivery.handle(next) })
                } catch {
                    return .unsettled(next, request, error)
                }
            }
        }
        // Half of what is taken ahead is delivered while the other half comes; and nobody is idle.
        let held = running + waiting.count
        guard !isReceiving, held < max(settings.prefetch / 2, min(settings.concurrency, settings.prefetch)) else {
            return
        }
        isReceiving = true
        let room = settings.prefetch - held
        group.addTask { [queue, wait] in
            do {
                return .received(
                    try await cancelWhenGracefulShutdown { try await queue.receive(limit: room, wait: wait) })
            } catch is CancellationError {
                return .received([])
            } catch {
                return .notReceived(error)
            }
        }
    }

    private mutating func take(_ event: Event, in group: inout TaskGroup<Event>) async {
        switch event {
        case .received(let deliveries):
            isReceiving = false
            backoff.reset()
            progress.took(deliveries.count)
            waiting.append(contentsOf: deliveries)
            if isStopping { await handBack() }
            if deliveries.isEmpty, isDraining, !isStopping, running == 0 { await lookWhetherDrained() }
        case .notReceived(let error): await rest(after: error, in: &group)
        case .rested: isReceiving = false
        case .settled(let outcome):
            running -= 1
            tally.add(outcome)
            progress.settled()
        case .unsettled(let delivery, let request, let error):
            running -= 1
            unsettled += 1
            progress.letGo(1)
            RequestID.$current.withValue(request) {
                tell(
                    "a delivery could not be settled; it comes again after the visibility timeout", error,
                    ["message": "\(delivery.job.id)"])
            }
            if isDraining { await fail(error) }
        case .stopped:
            isStopping = true
            tally.isStopped = !isDrained
            await handBack()
        }
    }

    /// The queue can't be read: deliveries in hand go on meanwhile.
    private mutating func rest(after error: any Error, in group: inout TaskGroup<Event>) async {
        guard !isDraining else {
            isReceiving = false
            return await fail(error)
        }
        progress.failedToTake()
        let pause = backoff.next()
        tell("the queue could not be read", error, ["retry": "\(pause)"])
        group.addTask {
            await cancelWhenGracefulShutdown { try? await Task.sleep(for: pause) }
            return .rested
        }
    }

    private mutating func fail(_ error: any Error) async {
        failure = failure ?? error
        isStopping = true
        await handBack()
    }

    private mutating func lookWhetherDrained() async {
        do {
            let depth = try await queue.depth()
            isDrained = depth.ready == 0 && depth.inFlight == 0
        } catch {
            await fail(error)
        }
    }

    private mutating func handBack() async {
        guard !waiting.isEmpty else { return }
        let unbegun = Array(waiting)
        waiting = []
        progress.letGo(unbegun.count)
        do {
            // Also by a task that was told to end at once.
            try await Task { [queue] in try await queue.release(unbegun) }.value
        } catch {
            tell(
                "jobs could not be handed back; they come again after the visibility timeout", error,
                ["count": "\(unbegun.count)"])
        }
    }

    /// Logs what goes on by itself; a drain ends with the cause and says it then.
    private func tell(_ message: Logger.Message, _ error: any Error, _ metadata: Logger.Metadata) {
        logger.retrying(message, after: error, level: isDraining ? .debug : .error, metadata: metadata)
    }
}
