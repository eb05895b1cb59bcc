import Foundation
import MsgKit

/// The dead letters taken from their queue, on one connection, to be looked at, moved or forgotten; what is not settled
/// goes back to its place.
///
/// Of an automatic message with several letters the last one counts. Of what is no job, equal bodies are one. Letters that
/// are not looked for are passed by: of them is kept only what it takes to give them back.
struct DeadLetterScan {
    private static let getsAtATime = 200
    /// Of letters whose bodies are larger on average, in bytes, one is taken at a time: those under way when a bound is met
    /// come on top of it.
    private static let largeBody = 16_384
    /// How often one that gives letters back looks whether they are there.
    private static let returnInterval = 0.01

    /// Those looked for, the oldest first.
    private(set) var letters: [DeadLetter] = []
    /// Messages that were ready when it began.
    private(set) var total = 0
    /// Of these, how many were not looked at, as the bounds allowed no more.
    private(set) var unseen = 0
    private let filter: DeadLetterFilter
    private let queue: QueueDeclaration
    private let returnLimit: Duration
    /// The last delivery of each.
    private var deliveries: [AutoMessage.ID: UInt64] = [:]
    private var found: [AutoMessage.ID: DeadLetter] = [:]
    private var foundBytes = 0
    private var looked = (count: 0, bytes: 0)
    /// Deliveries in whose place there is a later one.
    private var superseded: [UInt64] = []

    /// Takes all letters that were ready when it began, within the bounds of the options.
    /// - Parameter stopsEarly: once every id that the filter names was met, instead of looking for later letters of these.
    init(
        of filter: DeadLetterFilter, stopsEarly: Bool = false, on connection: AMQPConnection, queue: QueueDeclaration,
        options: RabbitMQOptions, until deadline: ContinuousClock.Instant
    ) throws {
        self.filter = filter
        self.queue = queue
        returnLimit = options.operationTimeout
        total = try connection.declared(queue, until: deadline)
        unseen = total
        // What was taken has to be dealt with in time, too.
        let lookUntil = ContinuousClock.now + (deadline - .now) / 2
        let wanted = stopsEarly ? filter.ids : nil
        while unseen > 0, let room = self.room(options), ContinuousClock.now < lookUntil {
            if let wanted, deliveries.count >= wanted.count, wanted.allSatisfy({ deliveries[$0] != nil }) { break }
            let isLarge = looked.bytes / max(1, looked.count) > Self.largeBody
            let count = min(unseen, room, isLarge ? 1 : Self.getsAtATime)
            let isEmpty = try take(count, on: connection, until: deadline)
            unseen = isEmpty ? 0 : unseen - count
        }
        // What nobody knows the time of stands first.
        letters = found.values.sorted {
            ($0.failedAt ?? .distantPast, $0.id) < ($1.failedAt ?? .distantPast, $1.id)
        }
    }

    /// The deliveries of letters.
    func tags(of letters: [DeadLetter]) -> [UInt64] { letters.compactMap { deliveries[$0.id] } }

    /// Settles deliveries for good and gives all others back, in their places. All that is done when this returns, unless
    /// the broker takes longer for it than for a call.
    func finish(
        on connection: AMQPConnection, settling tags: [UInt64] = [], until deadline: ContinuousClock.Instant
    ) throws {
        let settled = Set(tags + superseded)
        for tag in settled.sorted() { try connection.acknowledge(tag) }
        try connection.closeChannel(until: deadline)
        try connection.openChannel(until: deadline)
        // Of thousands the broker puts the last back after it has closed the channel; whoever looked meanwhile would not
        // see them.
        let waitUntil = min(deadline, .now + returnLimit)
        while try connection.declared(queue, until: deadline) < looked.count + unseen - settled.count,
            ContinuousClock.now < waitUntil
        {
            Thread.sleep(forTimeInterval: Self.returnInterval)
        }
    }

    /// How many more letters the bounds allow; nil when they allow none.
    private func room(_ options: RabbitMQOptions) -> Int? {
        let room = min(
            options.maximumDeadLetters - found.count, options.maximumDeadLettersPassed - (looked.count - found.count))
        return room > 0 && foundBytes < options.maximumDeadLetterBytes ? room : nil
    }

    /// Takes so many; returns whether the queue ran empty.
    private mutating func take(
        _ count: Int, on connection: AMQPConnection, until deadline: ContinuousClock.Instant
    ) throws -> Bool {
        for _ in 0..<count { try connection.get(queue: queue.name) }
        var isEmpty = false
        for _ in 0..<count {
            let answer = try connection.wait(until: deadline) { event -> IncomingMessage?? in
                switch event {
                case .message(let message): .some(message)
                case .nothingToGet: .some(nil)
                default: nil
                }
            }
            if let message = answer { add(message) } else { isEmpty = true }
        }
        return isEmpty
    }

    private mutating func add(_ message: IncomingMessage) {
        guard case .got(let tag, _) = message.origin else { return }
        looked.count += 1
        looked.bytes += message.body.count
        let letter = DeadLetterMessage.letter(of: message)
        if let earlier = deliveries.updateValue(tag, forKey: letter.id) { superseded.append(earlier) }
        if filter.matches(letter) {
            found[letter.id] = letter
            foundBytes += message.body.count
        } else {
            found[letter.id] = nil
        }
    }
}
