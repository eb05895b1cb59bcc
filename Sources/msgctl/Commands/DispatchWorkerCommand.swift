import ArgumentParser
import MsgKit
import ServiceLifecycle
import Synchronization

/// `dispatch-worker`, the third phase: delivers until it is told to stop, or until the queue is empty.
struct DispatchWorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dispatch-worker",
        abstract: "Deliver queued messages, or look after those that were given up.",
        discussion: """
            Any number of workers may run beside each other and beside serve. A drain that is stopped before the queue is empty \
            exits 75.

            Example:
              msgctl dispatch-worker
              msgctl dispatch-worker --drain --output json
              msgctl dispatch-worker dead-letters list
            """,
        subcommands: [DeadLettersCommand.self])

    @OptionGroup var options: GlobalOptions

    @Flag(help: "End when the queue is empty; what waits for a later retry stays.")
    var drain = false

    @Option(help: ArgumentHelp("How many messages are delivered at a time (default: 8).", valueName: "number"))
    var concurrency: String?

    @Option(
        help: ArgumentHelp(
            "Answer /metrics at this port; 0 takes any that is free (default: none). Not with --drain.",
            valueName: "port")
    )
    var metricsPort: String?

    func validate() throws {
        guard !drain || metricsPort == nil else {
            throw ValidationError("--metrics-port does not go with --drain: a drain answers no metrics.")
        }
    }

    func run() async throws {
        var flags: [String: String] = [:]
        flags["worker.concurrency"] = concurrency
        flags["metrics.port"] = metricsPort
        let monitoring = Monitoring.begin()
        // A drain that an engine ends says itself why.
        let composition = try await Composition.open(options, flags: flags, tellsOutages: !drain)
        try await composition.requireConfigured(["cache", "queue"])
        let realtime = composition.remotePublisher
        let worker = composition.worker(realtime)
        var before: [any Service] = composition.engines.services + [realtime, composition.heartbeat(of: worker)]
        if !drain, let metrics = monitoring.server(composition) { before.append(metrics) }
        guard drain else {
            try await composition.run((before + [worker]).map { .init(service: $0) })
            return
        }
        let draining = Draining(worker: worker)
        try await composition.run(
            before.map { .init(service: $0) }
                + [.init(service: draining, successTerminationBehavior: .gracefullyShutdownGroup)], stays: false)
        // There is none of a drain that was cut off.
        guard let tally = draining.tally.withLock({ $0 }) else { throw CancellationError() }
        try options.output.print(
            tally,
            text: "delivered: \(tally.delivered), delivered before: \(tally.duplicates), "
                + "to be tried again: \(tally.retried), given up: \(tally.deadLettered)")
        guard !tally.isStopped else { throw CancellationError() }
    }

    /// A worker that ends by itself.
    private final class Draining: Service {
        let worker: DispatchWorker
        let tally = Mutex<DispatchTally?>(nil)

        init(worker: DispatchWorker) {
            self.worker = worker
        }

        func run() async throws {
            let result = try await worker.drain()
            tally.withLock { $0 = result }
        }
    }
}
