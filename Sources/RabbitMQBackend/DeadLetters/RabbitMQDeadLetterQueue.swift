import Foundation
import Logging
import MsgKit

/// The jobs that were given up, in a queue of RabbitMQ.
///
/// AMQP can't look into a queue: each operation takes the letters, on a connection of its own, and gives those back that
/// stay. Meanwhile they are invisible to others, so operations follow one after the other, over all processes: each holds
/// an exclusive queue as a lock, which the broker takes away with the connection.
///
/// When a crash made two letters of one automatic message, any operation that meets both forgets the older one.
struct RabbitMQDeadLetterQueue: DeadLetterQueue {
    /// How often one that waits for its turn looks.
    private static let turnInterval = 0.05
    /// Letters replayed ahead of the broker's confirms.
    private static let publishedAtATime = 200

    let writer: QueueWriter
    let errands: BrokerErrands
    let topology: QueueTopology
    let options: RabbitMQOptions
    let clock: any WallClock
    let logger: Logger

    func deadLetters(matching filter: DeadLetterFilter, page: PageRequest) async throws -> Page<DeadLetter> {
        let letters = try await scan(filter)
        let (offset, overflow) = max(0, page.page - 1).multipliedReportingOverflow(by: max(0, page.limit))
        let items = overflow ? [] : letters.dropFirst(offset).prefix(max(0, page.limit))
        return Page(items: Array(items), request: page, total: letters.count)
    }

    func ids(matching filter: DeadLetterFilter) async throws -> [AutoMessage.ID] {
        try await scan(filter).map(\.id)
    }

    func deadLetter(_ id: AutoMessage.ID) async throws -> DeadLetter? {
        try await scan(DeadLetterFilter(ids: [id])).first
    }

    /// Without a turn of its own: an addition takes nothing from anybody.
    func bury(_ letters: [DeadLetter]) async throws {
        let now = clock.now
        try await writer.publish(
            try letters.map { try DeadLetterMessage.message($0, at: now, to: topology.deadLetters) })
    }

    func replay(matching filter: DeadLetterFilter) async throws -> [AutoMessage.ID] {
        let request = RequestID.current
        return try await move(filter) { connection, letters, deadline in
            let replayable = letters.filter { $0.job != nil }
            try publish(replayable.compactMap(\.job), of: request, on: connection, until: deadline)
            return replayable
        }
    }

    func purge(matching filter: DeadLetterFilter) async throws -> Int {
        guard filter == .everything else { return try await move(filter) { _, letters, _ in letters }.count }
        let queue = topology.deadLetterQueue
        return try await work { connection, deadline in
            _ = try connection.declared(queue, until: deadline)
            try connection.purge(queue: queue.name)
            return try connection.wait(until: deadline) { if case .purged(let count) = $0 { count } else { nil } }
        }
    }

    /// The letters that match; all stay.
    private func scan(_ filter: DeadLetterFilter) async throws -> [DeadLetter] {
        let queue = topology.deadLetterQueue
        let (letters, unseen) = try await work { [options] connection, deadline in
            let scan = try DeadLetterScan(of: filter, on: connection, queue: queue, options: options, until: deadline)
            try scan.finish(on: connection, until: deadline)
            return (scan.letters, scan.unseen)
        }
        warn(of: unseen)
        return letters
    }

    /// Takes the letters that match out of the queue, as many at a time as a scan holds; `body` says which of them are
    /// done with. Returns the ids of these.
    private func move(
        _ filter: DeadLetterFilter,
        _ body:
            @escaping @Sendable (
                AMQPConnection, [DeadLetter], ContinuousClock.Instant
            ) throws -> [DeadLetter]
    ) async throws -> [AutoMessage.ID] {
        if let ids = filter.ids, ids.isEmpty { return [] }
        let queue = topology.deadLetterQueue
        var moved: [AutoMessage.ID] = []
        var total: Int?
        while true {
            let round = try await work { [options] connection, deadline in
                let scan = try DeadLetterScan(
                    of: filter, stopsEarly: true, on: connection, queue: queue, options: options, until: deadline)
                let done = try body(connection, scan.letters, deadline)
                try scan.finish(on: connection, settling: scan.tags(of: done), until: deadline)
                return (done: done.map(\.id), total: scan.total, unseen: scan.unseen)
            }
            moved += round.done
            // What is given up again meanwhile does not count.
            let limit = total ?? round.total
            total = limit
            if round.unseen == 0 || moved.count >= filter.ids?.count ?? limit { return moved }
            guard !round.done.isEmpty else {
                warn(of: round.unseen)
                return moved
            }
        }
    }

    private func warn(of unseen: Int) {
        guard unseen > 0 else { return }
        logger.warning(
            "there are more dead letters than can be looked at; only the oldest were, replay or purge some of them",
            metadata: ["unseen": "\(unseen)"])
    }

    private func publish(
        _ jobs: [DeliveryJob], of request: RequestID?, on connection: AMQPConnection,
        until deadline: ContinuousClock.Instant
    ) throws {
        guard !jobs.isEmpty else { return }
        _ = try connection.declared(topology.sendingQueue, until: deadline)
        try connection.selectConfirms()
        try connection.wait(until: deadline) { if case .done = $0 { () } else { nil } }
        var confirmed: UInt64 = 0
        for start in stride(from: 0, to: jobs.count, by: Self.publishedAtATime) {
            let batch = jobs[start..<min(start + Self.publishedAtATime, jobs.count)]
            for var job in batch {
                job.retryCount = 0
                job.requestID = request ?? job.requestID
                try connection.publish(try JobMessage.message(job, to: topology.sending))
            }
            let last = confirmed + UInt64(batch.count)
            var missing = Set((confirmed + 1)...last)
            while !missing.isEmpty {
                let event = try connection.wait(until: deadline) { $0 }
                if case .confirmed(let tag, let multiple, true) = event {
                    missing = multiple ? missing.filter { $0 > tag } : missing.subtracting([tag])
                } else if case .confirmed = event {
                    throw MsgError(.unavailable, "The job queue (RabbitMQ) refused a message; it may be full.")
                } else if case .message = event {
                    throw MsgError(.unavailable, "The sending queue of RabbitMQ is missing; try again in a moment.")
                }
            }
            confirmed = last
        }
    }

    /// Does something while no other process works on the dead letters.
    private func work<Value: Sendable>(
        _ body: @escaping @Sendable (AMQPConnection, ContinuousClock.Instant) throws -> Value
    ) async throws -> Value {
        try await errands.run(within: options.deadLetterTimeout) { [topology, options] connection, deadline in
            let waitUntil = min(deadline, .now + options.operationTimeout)
            while true {
                do {
                    _ = try connection.declared(topology.deadLetterLock, until: deadline)
                    break
                } catch AMQPFailure.closed(405, _, isChannel: true) {
                    guard ContinuousClock.now < waitUntil else {
                        throw MsgError(.leaseHeld, "Another process works on the dead letters; try again in a moment.")
                    }
                    Thread.sleep(forTimeInterval: Self.turnInterval)
                    try connection.openChannel(until: deadline)
                }
            }
            let value = try body(connection, deadline)
            try connection.delete(queue: topology.deadLetterLock.name)
            return value
        }
    }
}
