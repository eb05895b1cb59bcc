import Algorithms

/// The pairing of few people with the fewest repeats, by the best matching.
struct BestPairing {
    /// More people never need it unless somebody has forbidden partners by the hundred.
    static let maximumPeople = 512
    /// Up to so many people every trio is tried, so that the best is certain.
    static let maximumTrio = 31
    /// How often another trio is tried among more people.
    private static let maximumTries = 8

    /// In the order of the draw, which decides between what is equally good.
    private let people: [UInt32]
    private let rules: PairingRules

    init(_ people: [UInt32], _ rules: PairingRules) {
        self.people = people
        self.rules = rules
    }

    func draw(using generator: inout SeededGenerator) -> PairingDraw {
        guard !people.count.isMultiple(of: 2), rules.odd != .skip else { return draw(of: partners(), third: nil) }
        return switch rules.odd {
        case .double: withDoubleTurn()
        case .trio where people.count <= Self.maximumTrio: withBestTrio(using: &generator)
        case .trio, .skip: withGoodTrio()
        }
    }

    private func weight(_ one: Int, _ other: Int) -> Int64 { rules.weight(people[one], people[other]) }

    /// The best partners among everybody, or all but some.
    private func partners(without absent: Set<Int> = []) -> [Int?] {
        let present = people.indices.filter { !absent.contains($0) }
        let found = BestMatching.solve(count: present.count) { weight(present[$0], present[$1]) }
        var partners = [Int?](repeating: nil, count: people.count)
        for (place, partner) in found.enumerated() { partners[present[place]] = partner.map { present[$0] } }
        return partners
    }

    /// One more vertex stands for a second turn: its partner is the third of whoever suits them best.
    private func withDoubleTurn() -> PairingDraw {
        let hosts = people.indices.map { guest in
            people.indices.filter { $0 != guest }.max { weight($0, guest) < weight($1, guest) } ?? guest
        }
        let worths = people.indices.map { PairingRules.worth(ofJoining: [weight(hosts[$0], $0)]) }
        let (partners, guest) = partners(worths)
        return draw(of: partners, third: guest.map { ($0, hosts[$0]) })
    }

    /// Tries every trio with the best pairs of the others, the most promising first.
    private func withBestTrio(using generator: inout SeededGenerator) -> PairingDraw {
        let count = people.count
        var numbers = Array(0..<UInt32(count * count * count))
        generator.shuffle(&numbers)
        let trios = numbers.enumerated().compactMap { rank, number -> (weight: Int64, rank: Int, members: [Int])? in
            let members = [Int(number) / count / count, Int(number) / count % count, Int(number) % count]
            guard members[0] < members[1], members[1] < members[2] else { return nil }
            let meetings = [(0, 1), (1, 2), (0, 2)].map { weight(members[$0], members[$1]) }
            return meetings.contains(0) ? nil : (meetings.reduce(0, +), rank, members)
        }.sorted { $0.weight == $1.weight ? $0.rank < $1.rank : $0.weight > $1.weight }
        let most = Int64((count - 3) / 2) * PairingRules.best
        var best: (weight: Int64, partners: [Int?], trio: [Int])?
        for trio in trios {
            guard trio.weight + most > best?.weight ?? 0 else { break }
            let partners = partners(without: Set(trio.members))
            let weight = trio.weight + total(of: partners)
            if weight > best?.weight ?? 0 { best = (weight, partners, trio.members) }
        }
        // Without a trio somebody is left over, but more may have a place.
        let without = partners()
        guard var best, best.partners.count(where: { $0 != nil }) + 3 > without.count(where: { $0 != nil }) else {
            return draw(of: without, third: nil)
        }
        best.partners[best.trio[0]] = best.trio[1]
        best.partners[best.trio[1]] = best.trio[0]
        return draw(of: best.partners, third: (best.trio[2], best.trio[1]))
    }

    /// One more vertex stands for the third place; whoever gets it goes where it costs least. What it costs is promised
    /// too high at first and corrected when it turns out so.
    private func withGoodTrio() -> PairingDraw {
        var promises = people.indices.map { guest in
            let two = people.indices.filter { $0 != guest }.map { weight($0, guest) }.max(count: 2)
            return two.count == 2 ? PairingRules.worth(ofJoining: two) : 0
        }
        var best: (weight: Int64, draw: PairingDraw)?
        for _ in 0..<Self.maximumTries {
            let (partners, guest) = partners(promises)
            guard let guest else { break }
            let places = people.indices.compactMap { host -> (worth: Int64, host: Int)? in
                guard let partner = partners[host], partner > host else { return nil }
                return (PairingRules.worth(ofJoining: [weight(host, guest), weight(partner, guest)]), host)
            }
            let place = places.max { $0.worth < $1.worth } ?? (0, guest)
            if place.worth > 0 {
                let weight = total(of: partners) + place.worth
                if weight > best?.weight ?? 0 { best = (weight, draw(of: partners, third: (guest, place.host))) }
            }
            guard place.worth < promises[guest] else { break }
            promises[guest] = place.worth
        }
        return best?.draw ?? draw(of: partners(), third: nil)
    }

    // MARK: Parts

    /// The best partners when one person may have a place beside a pair instead, which is worth something for each.
    private func partners(_ worths: [Int64]) -> (partners: [Int?], guest: Int?) {
        let place = people.count
        var partners = BestMatching.solve(count: place + 1) { one, other in
            one == place ? worths[other] : other == place ? worths[one] : weight(one, other)
        }
        let guest = partners.removeLast()
        if let guest { partners[guest] = nil }
        return (partners, guest)
    }

    private func total(of partners: [Int?]) -> Int64 {
        partners.indices.reduce(0) { total, one in
            guard let other = partners[one], one < other else { return total }
            return total + weight(one, other)
        }
    }

    /// - Parameter third: the place of somebody without a partner, and of the one whom they join.
    private func draw(of partners: [Int?], third: (guest: Int, host: Int)?) -> PairingDraw {
        var draw = PairingDraw()
        for one in people.indices {
            guard let other = partners[one] else {
                if one != third?.guest {
                    draw.unpaired.append(PairingDraw.Unpaired(person: people[one], cause: .excluded))
                }
                continue
            }
            guard one < other else { continue }
            // A host writes to the guest of a double turn, and so writes to both.
            let isTurned = rules.odd == .double && other == third?.host
            if let third, one == third.host || other == third.host {
                draw.third = PairingDraw.Third(
                    person: people[third.guest], pair: draw.count,
                    reason: reason(of: third.guest, one, other, third.host))
            }
            draw.order += isTurned ? [people[other], people[one]] : [people[one], people[other]]
            draw.reasons.append(
                !rules.areFree(people[one], people[other])
                    ? .repeated : one.isMultiple(of: 2) && other == one + 1 ? .drawn : .exchanged)
        }
        return draw
    }

    private func reason(of guest: Int, _ one: Int, _ other: Int, _ host: Int) -> PairingReason {
        let company = rules.odd == .double ? [host] : [one, other]
        return company.allSatisfy { rules.areFree(people[guest], people[$0]) } ? .exchanged : .repeated
    }
}
