import Foundation

/// A plan as it is drawn, before anything of it is stored.
///
/// What is drawn depends on the seed, the users by id, the settings and, once the window is open, on the moment. Each
/// message has numbers of its own: other templates change no pair and no instant.
public struct PlanDraft: Sendable {
    /// Who writes what to whom, and when.
    public struct Message: Sendable {
        public var sender: PlanCandidate
        public var receiver: PlanCandidate
        public var content: String
        /// In whole milliseconds.
        public var sendDate: Date
    }

    /// The plan, with its figures.
    public let plan: Plan
    public let pairings: [Pairing]
    /// By id.
    public let leftOut: [LeftOut]
    /// What is worth knowing of it besides its plan's figures.
    public let notes: PlanNotes
    /// The zone of the day.
    public let timeZone: TimeZone
    private let times: SendTimes
    private let templates: [MessageTemplate]

    /// - Parameter users: everybody, by id.
    /// - Throws: ``ErrorCode/conflict`` when the day's window is over at the plan's making, ``ErrorCode/internalError``
    ///   unless everybody has a place or a cause.
    init(_ plan: Plan, of users: [PlanCandidate], settings: PoolSettings) throws {
        let zones = Set(users.lazy.compactMap(\.timeZone))
        guard let times = SendTimes(of: plan.date, in: settings.window, at: plan.createdAt, zones: zones) else {
            throw MsgError(
                .conflict,
                "The send window of \(plan.date) is over; plan another day with --date, or widen schedule.window_end.")
        }
        self.times = times
        timeZone = settings.window.timeZone
        templates = settings.templates
        let candidates = users.filter { Self.unwillingness(of: $0, on: plan.date) == nil }
        let unwilling = users.compactMap { user in
            Self.unwillingness(of: user, on: plan.date).map { LeftOut(user, $0) }
        }
        var generator = SeededGenerator(seed: plan.seed, stream: .pairing)
        let drawn = PairingDraw.draw(
            PairingRules(count: candidates.count, odd: settings.oddUser), using: &generator)
        pairings = (0..<drawn.count).map { number in
            Pairing(
                members: drawn.members(of: number).map { candidates[Int($0)] },
                turns: settings.oddUser == .double ? .star : .chain, reason: drawn.reason(of: number))
        }
        let unpaired = drawn.unpaired.map { LeftOut(candidates[Int($0.person)], $0.cause) }
        leftOut = (unwilling + unpaired).sorted { $0.user.id < $1.user.id }
        guard pairings.reduce(unpaired.count, { $0 + $1.members.count }) == candidates.count else {
            throw MsgError(.internalError, "Planning has lost somebody; nothing is planned.")
        }
        var plan = plan
        plan.figures = PlanFigures(
            users: candidates.count, pairings: pairings.count,
            messages: pairings.reduce(0) { $0 + $1.messages.count }, leftOut: unpaired.count)
        self.plan = plan
        notes = Self.notes(pairings, leftOut, times)
    }

    /// The messages of one of the pairings, by its place among them.
    public func messages(of number: Int) -> [Message] {
        pairings[number].messages.enumerated().map { turn, exchange in
            // Two turns at most.
            let key = UInt64(number * 2 + turn)
            var instants = SeededGenerator(seed: plan.seed, stream: .sendTime, number: key)
            var texts = SeededGenerator(seed: plan.seed, stream: .template, number: key)
            let (sender, receiver) = exchange
            return Message(
                sender: sender, receiver: receiver,
                content: templates[texts.below(templates.count)].rendered(
                    sender: sender.username, receiver: receiver.username),
                sendDate: times.slot(for: receiver.timeZone).spans.instant(at: instants.fraction()))
        }
    }

    /// Why a user takes no part on a day, whoever else does; nil when they do.
    private static func unwillingness(of user: PlanCandidate, on date: PlanDate) -> LeftOut.Cause? {
        if !user.isActive { return .deactivated }
        if !user.autoMessages { return .optedOut }
        return user.isPaused(on: date) ? .paused : nil
    }

    private static func notes(_ pairings: [Pairing], _ leftOut: [LeftOut], _ times: SendTimes) -> PlanNotes {
        var notes = PlanNotes()
        for left in leftOut { notes.causes[left.cause, default: 0] += 1 }
        for pairing in pairings {
            if pairing.reason == .exchanged { notes.exchanged += 1 }
            if pairing.reason == .repeated { notes.repeated += 1 }
            for (_, receiver) in pairing.messages {
                let slot = times.slot(for: receiver.timeZone)
                if slot.spans.isCut { notes.late += 1 }
                if slot.isNextDay { notes.nextDay += 1 }
            }
        }
        return notes
    }
}
