import Foundation
import MsgKit
import Testing

extension PipelineModel {
    /// How often time may pass until nothing is left to do.
    private static let rounds = 20

    /// Looks how far all messages are: each may only have gone where the last step can have taken it, and what is neither
    /// sent nor failed will be queued sooner or later.
    mutating func observe(_ mayGo: (AutoMessage.ID, State, State) -> Bool) async throws {
        for message in planned {
            let stored = try #require(try await pipeline.autoMessages.autoMessage(message.id), context)
            let (before, now) = (try #require(states[message.id]), State(stored))
            try #require(mayGo(message.id, before, now), "\(before) → \(now) \(context)")
            states[message.id] = now
        }
        let open = planned.map(\.id).filter { states[$0] == .planned || states[$0] == .queued }
        let store = pipeline.autoMessages
        let due = try await store.due(at: .distantFuture, limit: 1000)
        let queued = try await store.queued(.before(.distantFuture), after: nil, limit: 1000)
        try #require(Set((due + queued).map(\.id)) == Set(open), context)
    }

    func isStored(_ message: AutoMessage) async throws -> Bool {
        guard let found = try await pipeline.messages.message(message.id) else { return false }
        let isRight = found.content == message.content && found.sender == message.sender
        try #require(isRight && found.conversation == message.conversation && found.messageType == .auto, context)
        return true
    }

    /// What has become of a message that was delivered.
    func check(
        _ message: AutoMessage, _ job: DeliveryJob, before: State, wasStored: Bool, isWanted: Bool, _ isStruck: Bool
    ) async throws {
        let isStored = try await isStored(message)
        if isStored, !wasStored {
            try #require(isWanted, "nobody is written to who does not want it, or too late \(context)")
        }
        guard let now = states[message.id], now != before else { return }
        if now == .sent {
            try #require(isStored, "what is sent is stored \(context)")
            try #require(isTold(message), "who is there hears of it first \(context)")
        } else {
            try #require(!isStored, "what is stored is not given up \(context)")
            let isLast = job.retryCount >= pipeline.retryDelays.count
            try #require(!isWanted || (isStruck && isLast), "nothing is given up before its time \(context)")
        }
    }

    private func isTold(_ message: AutoMessage) -> Bool {
        bus.calls.entries.joined().contains { command in
            guard case .emit(let emission) = command else { return false }
            return emission.event == MessageReceived.name && emission.key == message.id.description
        }
    }

    /// The messages of which there are dead letters: those of some, or from somebody.
    func letters(matching filter: DeadLetterFilter = .everything) async throws -> Set<AutoMessage.ID> {
        let page = PageRequest(limit: 100)
        let ids = try await Set(pipeline.deadLetters.deadLetters(matching: .everything, page: page).items.map(\.id))
        let senders = Dictionary(uniqueKeysWithValues: planned.map { ($0.id, $0.sender) })
        return ids.filter { id in
            (filter.ids?.contains(id) ?? true) && (filter.sender.map { $0 == senders[id] } ?? true)
        }
    }

    /// The failures end: everything is sent or given up, what was given up lies among the dead letters, and once that is
    /// replayed and everybody willing all is sent, each once.
    mutating func finish() async throws {
        letGo()
        try await settle()
        let failed = Set(states.filter { $0.value == .failed }.keys)
        let letters = try await letters()
        try #require(
            failed.subtracting(letters).isSubset(of: forgotten), "given up, and nowhere to be found \(context)")
        try #require(letters.subtracting(failed).isSubset(of: halfReplayed), "a dead letter of what lives \(context)")
        try await letEverybodyBeWilling()
        try await replay()
        try await settle()
        try #require(try await self.letters().isEmpty, context)
        for message in planned {
            let isSent = states[message.id] == .sent
            try #require(isSent || forgotten.contains(message.id), "it never arrives \(context)")
            try #require(try await isStored(message) == isSent, context)
        }
        for conversation in cast.conversations {
            let page = try await pipeline.messages.messages(in: conversation.id, .newest, limit: 100)
            let texts = page.messages.map(\.content)
            for message in planned where message.conversation == conversation.id {
                try #require(texts.count { $0 == message.content } == (states[message.id] == .sent ? 1 : 0), context)
            }
        }
    }

    /// Lets time pass, queues and delivers until there is nothing to do.
    private mutating func settle() async throws {
        for _ in 0..<Self.rounds {
            try await pass(settings.requeueAfter + .seconds(1))
            try await enqueue()
            repeat {
                try await receive(limit: 10)
                while !isIdle { try await deliver() }
            } while try await pipeline.queue.depth().ready > 0
            let isOpen = states.values.contains { $0 == .planned || $0 == .queued }
            if !isOpen, try await pipeline.queue.depth().isDrained { return }
        }
        Issue.record("it never comes to rest \(context)")
    }
}
