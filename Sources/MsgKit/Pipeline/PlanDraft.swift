import Foundation

/// A plan as it is drawn, before anything of it is stored.
///
/// What is drawn depends on the seed, the users by id, who met whom before, the settings and, once the window is open,
/// on the moment. Each message has numbers of its own: other templates change no pair and no instant.
public struct PlanDraft: Sendable {
    /// Who writes what to whom, and when.
    public struct Message: Sendable {
        public var sender: PlanMember
        public var receiver: PlanMember
        public var content: String
        /// In whole milliseconds.
        public var sendDate: Date
    }

    /// The plan, with its figures.
    public let plan: Plan
    /// The zone of the day.
    public let timeZone: TimeZone
    let population: PlanPopulation
    let groups: PlanGroups
    /// What became of each user, by their number.
    let places: [PlanPlace]
    private let turns: Pairing.Turns
    /// When people met who are together again.
    private let lastMet: [Int: PlanDate]
    /// By the number of a zone in the population.
    private let slots: [SendTimes.Slot]
    private let templates: [MessageTemplate]

    /// - Throws: ``ErrorCode/windowClosed`` when the day's window is over at the plan's making, ``ErrorCode/internalError``
    ///   unless everybody has a place or a cause.
    init(_ plan: Plan, from material: PlanMaterial, settings: PoolSettings) throws {
        slots = try Self.slots(of: plan, settings, zones: material.population.zoneNames)
        timeZone = settings.window.timeZone
        templates = settings.templates
        turns = settings.oddUser == .double ? .star : .chain
        var drawing = PlanDrawing(material, settings)
        groups = drawing.draw(seed: plan.seed, turns: turns)
        places = try drawing.places(groups)
        population = drawing.population
        lastMet = drawing.lastMet
        var plan = plan
        plan.settings = PlanSettings(settings)
        plan.rested = drawing.rested
        plan.notes = Self.notes(groups, places, population, slots)
        let unwilling = [LeftOut.Cause.deactivated, .optedOut].reduce(0) { $0 + (plan.notes.causes[$1] ?? 0) }
        plan.figures = PlanFigures(
            users: population.count - unwilling, pairings: groups.count, messages: groups.messageCount,
            leftOut: plan.notes.causes.values.reduce(0, +) - unwilling)
        self.plan = plan
    }

    /// - Throws: ``ErrorCode/windowClosed`` when the window of a plan's day is over at its making.
    static func requireOpen(_ plan: Plan, _ settings: PoolSettings) throws {
        _ = try slots(of: plan, settings, zones: [""])
    }

    // MARK: Views

    /// Made one at a time, as a plan may have half a million.
    public var pairings: LazyMapSequence<Range<Int>, Pairing> { (0..<groups.count).lazy.map(pairing) }

    /// By id, made one at a time.
    public var leftOut: some Sequence<LeftOut> {
        places.indices.lazy.compactMap { number in
            places[number].cause.map { cause in
                LeftOut(
                    population.member(UInt32(number)), cause,
                    until: cause == .paused ? population.pausedUntil(UInt32(number)) : nil)
            }
        }
    }

    /// The messages of one of the pairings, by its number.
    public func messages(of pairing: Int) -> [Message] {
        groups.messages(of: pairing).map { number in
            let (sender, receiver, _) = groups.message(number)
            return Message(
                sender: population.member(sender), receiver: population.member(receiver), content: content(of: number),
                sendDate: sendDate(of: number))
        }
    }

    private func pairing(_ number: Int) -> Pairing {
        Pairing(
            members: groups.members(of: number).map { population.member($0) }, turns: turns,
            reason: groups.reason(of: number), lastMet: lastMet[number])
    }

    // MARK: Messages by number

    func sendDate(of message: Int) -> Date {
        let (_, receiver, key) = groups.message(message)
        var instants = SeededGenerator(seed: plan.seed, stream: .sendTime, number: key)
        return slots[population.zone(of: receiver)].spans.instant(at: instants.fraction())
    }

    func content(of message: Int) -> String {
        let (sender, receiver, key) = groups.message(message)
        var texts = SeededGenerator(seed: plan.seed, stream: .template, number: key)
        return templates[texts.below(templates.count)].rendered(
            sender: population.name(sender), receiver: population.name(receiver))
    }

    /// The numbers of all messages, the earliest first.
    func messagesByDate() -> [UInt32] {
        var dated = (0..<groups.messageCount).map { (sendDate(of: $0).millisecondsSince1970, UInt32($0)) }
        dated.sort { $0 < $1 }
        return dated.map(\.1)
    }

    // MARK: Making

    private static func slots(of plan: Plan, _ settings: PoolSettings, zones: [String]) throws -> [SendTimes.Slot] {
        let times = SendTimes(of: plan.date, in: settings.window, at: plan.createdAt, zones: Set(zones))
        guard let times else {
            let key = settings.name == Plan.defaultPool ? "schedule" : "pools.\(settings.name)"
            throw MsgError(
                .windowClosed,
                "The send window of \(plan.date) is over; plan another day with --date, or widen \(key).window_end.")
        }
        return zones.map { times.slot(for: $0) }
    }

    private static func notes(
        _ groups: PlanGroups, _ places: [PlanPlace], _ population: PlanPopulation, _ slots: [SendTimes.Slot]
    ) -> PlanNotes {
        var notes = PlanNotes()
        for place in places { if let cause = place.cause { notes.causes[cause, default: 0] += 1 } }
        for group in 0..<groups.count {
            if groups.reason(of: group) == .exchanged { notes.exchanged += 1 }
            if groups.reason(of: group) == .repeated { notes.repeated += 1 }
        }
        for message in 0..<groups.messageCount {
            let slot = slots[population.zone(of: groups.message(message).receiver)]
            if slot.spans.isCut { notes.late += 1 }
            if slot.isNextDay { notes.nextDay += 1 }
        }
        return notes
    }
}
