import Foundation
import MsgKit

/// The dead letters taken from their queue, on one connection, to be looked at, moved or forgotten; what is not settled
/// goes back to its place.
struct DeadLetterScan {
    /// One automatic message's dead letter: the last one, and the deliveries of all that there were of it. Of what is no
    /// job, equal bodies are one.
    struct Entry {
        var letter: DeadLetter
        var tags: [UInt64]
    }

    private static let getsAtATime = 200

    /// The oldest first.
    private(set) var entries: [Entry] = []
    private var places: [AutoMessage.ID: Int] = [:]
    /// Messages that were ready but not looked at, as the bounds allowed no more.
    private(set) var unseen = 0

    /// Takes letters until `isEnough` or all that were ready when it began, within the bounds of the options.
    init(
        _ connection: AMQPConnection, queue: QueueDeclaration, options: RabbitMQOptions,
        until deadline: ContinuousClock.Instant, isEnough: (DeadLetterScan) -> Bool
    ) throws {
        var left = try connection.declared(queue, until: deadline)
        var room = options.maximumDeadLetters
        var bytes = 0
        while left > 0, room > 0, bytes < options.maximumDeadLetterBytes, !isEnough(self) {
            // Few at a time when they are large: a chunk may overrun the bound by no more than its own size.
            let large = room < options.maximumDeadLetters && bytes / (options.maximumDeadLetters - room) > 16_384
            let count = min(left, room, large ? 1 : Self.getsAtATime)
            for _ in 0..<count { try connection.get(queue: queue.name) }
            var answers = 0
            var isEmpty = false
            while answers < count {
                let answer = try connection.wait(until: deadline) { event -> IncomingMessage?? in
                    switch event {
                    case .message(let message): .some(message)
                    case .nothingToGet: .some(nil)
                    default: nil
                    }
                }
                answers += 1
                guard let message = answer else {
                    isEmpty = true
                    continue
                }
                bytes += message.body.count
                add(message)
            }
            room -= count
            left = isEmpty ? 0 : left - count
        }
        unseen = left
        // What nobody knows the time of stands first.
        entries.sort { ($0.letter.failedAt ?? .distantPast) < ($1.letter.failedAt ?? .distantPast) }
        places = Dictionary(uniqueKeysWithValues: entries.indices.map { (entries[$0].letter.id, $0) })
    }

    func entry(_ id: AutoMessage.ID) -> Entry? { places[id].map { entries[$0] } }

    /// Settles deliveries for good and gives all others back, in their places. All that is done when this returns.
    func finish(
        on connection: AMQPConnection, settling tags: [UInt64], until deadline: ContinuousClock.Instant
    ) throws {
        var settled = Set(tags)
        for entry in entries { settled.formUnion(entry.tags.dropLast()) }
        for tag in settled.sorted() { try connection.acknowledge(tag) }
        // A queue may answer others before it has put back what it was given; but a channel ends only when the queue has
        // put back all that the channel held.
        try connection.closeChannel(until: deadline)
        try connection.openChannel(until: deadline)
    }

    private mutating func add(_ message: IncomingMessage) {
        guard case .got(let tag, _) = message.origin else { return }
        let letter = DeadLetterMessage.letter(of: message)
        if let place = places[letter.id] {
            entries[place].letter = letter
            entries[place].tags.append(tag)
        } else {
            places[letter.id] = entries.count
            entries.append(Entry(letter: letter, tags: [tag]))
        }
    }
}
