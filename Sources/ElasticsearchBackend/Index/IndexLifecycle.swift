import Foundation
import Logging
import MsgKit

/// Makes the live index, finds it, and heals what a crash or an operator left between two steps.
///
/// The state names the live index first and the alias follows, so whoever reads the alias before the state never takes
/// a newer alias for a wrong one.
struct IndexLifecycle: Sendable {
    /// How old an index that nobody knows has to be before it is removed: a younger one may be about to be made known.
    private static let orphanAge: TimeInterval = 3600

    let client: ElasticsearchClient
    let states: IndexStateStore
    let names: IndexNames
    let definition: IndexDefinition
    let logger: Logger

    /// The state of a live index of this format; nil when there is none.
    /// - Throws: ``ErrorCode/unavailable`` also when a newer version of the program has made it.
    func current(until deadline: ContinuousClock.Instant) async throws -> IndexStateStore.Held? {
        let aliased = try await formats(of: names.alias, until: deadline)
        guard let held = try await states.read(until: deadline) else { return nil }
        try refuseNewer(held.state)
        guard held.state.format == IndexNames.format,
            try await place(held.state.live, insteadOf: aliased, until: deadline)
        else { return nil }
        return held
    }

    /// The same, made when there is none: empty, or of unknown position when only the state was lost.
    func ensure(until deadline: ContinuousClock.Instant) async throws -> IndexStateStore.Held {
        while true {
            let aliased = try await formats(of: names.alias, until: deadline)
            let held = try await states.read(until: deadline)
            if let held {
                try refuseNewer(held.state)
                if held.state.format == IndexNames.format,
                    try await place(held.state.live, insteadOf: aliased, until: deadline)
                {
                    return held
                }
            }
            let known = aliased.first { $0.value == IndexNames.format && names.isIndex($0.key) }
            let adopted = held == nil && aliased.count == 1 ? known?.key : nil
            let live: String
            if let adopted { live = adopted } else { live = try await make(forBuilding: false, until: deadline) }
            let building = held?.state.building.flatMap { $0.format == IndexNames.format ? $0 : nil }
            let state = IndexState(format: IndexNames.format, live: live, building: building)
            let written =
                if let held {
                    try await states.replace(held, with: state, until: deadline)
                } else {
                    try await states.create(state, until: deadline)
                }
            if let written {
                logger.notice(
                    "a search index was made; it is filled from the beginning", metadata: ["index": "\(live)"])
                guard try await place(live, insteadOf: aliased, until: deadline) else { continue }
                await removeQuietly(aliased.keys.filter { $0 != live }, until: deadline)
                return written
            }
            if adopted == nil { await removeQuietly([live], until: deadline) }
        }
    }

    /// Makes an empty index and returns its name.
    func make(forBuilding: Bool, until deadline: ContinuousClock.Instant) async throws -> String {
        let name = names.newIndex(at: Date())
        let body = definition.creation(buildAlias: forBuilding ? names.buildAlias(of: name) : nil)
        do {
            _ = try await client.call(.put, "/\(name)", body, until: deadline)
        } catch let fault as ElasticsearchFault where fault.type == "resource_already_exists_exception" {
            // The first try's answer was lost.
        } catch let fault as ElasticsearchFault {
            throw ElasticsearchClient.unavailable(fault)
        }
        return name
    }

    /// Lets the alias point to an index and to no other; false when there is no such index.
    /// - Parameter aliased: where the alias points, as read before the state that names the index.
    func place(
        _ live: String, insteadOf aliased: [String: Int?], until deadline: ContinuousClock.Instant
    ) async throws -> Bool {
        if aliased.count == 1, aliased.keys.contains(live) { return true }
        var actions: [JSONValue] = aliased.keys.filter { $0 != live }.map {
            ["remove": ["index": .string($0), "alias": .string(names.alias)]]
        }
        actions.append(["add": ["index": .string(live), "alias": .string(names.alias)]])
        do {
            _ = try await client.call(.post, "/_aliases", ["actions": .array(actions)], until: deadline)
            return true
        } catch let fault as ElasticsearchFault {
            if try await formats(of: live, until: deadline).isEmpty { return false }
            throw ElasticsearchClient.unavailable(fault)
        }
    }

    /// The indexes behind a name, each with the format that its mapping tells; empty when there is no such name.
    func formats(of name: String, until deadline: ContinuousClock.Instant) async throws -> [String: Int?] {
        let found: [String: Described]
        do {
            found = try await client.call(.get, "/\(name)/_mapping", until: deadline)
        } catch let fault as ElasticsearchFault where fault.isMissingIndex {
            return [:]
        }
        if found.keys.contains(names.alias) {
            throw ElasticsearchClient.unavailable(
                ElasticsearchFault(
                    status: 400, type: ElasticsearchFault.misplacedIndex,
                    reason:
                        "\(names.alias) is an index of somebody else, and search needs this name for an alias of its own "
                        + "index; remove it (DELETE /\(names.alias)), or choose another prefix for msgctl's indexes."))
        }
        return found.mapValues { $0.mappings._meta?.format }
    }

    /// Removes indexes that nobody knows: what a process left behind that ended between two steps.
    func sweep(until deadline: ContinuousClock.Instant) async {
        do {
            let all = try await formats(of: names.pattern, until: deadline)
            guard let state = try await states.read(until: deadline)?.state else { return }
            let oldest = Date(timeIntervalSinceNow: -Self.orphanAge)
            let orphans = all.keys.filter { index in
                guard let birth = names.birth(of: index) else { return false }
                return index != state.live && index != state.building?.index && birth < oldest
            }
            await removeQuietly(orphans, until: deadline)
        } catch {
            logger.warning("old search indexes could not be looked for", metadata: ["error": "\(error)"])
        }
    }

    /// Removes indexes of ours; what fails is left to a later sweep.
    func removeQuietly(_ indexes: [String], until deadline: ContinuousClock.Instant) async {
        for index in indexes where names.isIndex(index) {
            do {
                _ = try await client.call(.delete, "/\(index)", until: deadline)
            } catch let fault as ElasticsearchFault where fault.isMissingIndex {
                continue
            } catch {
                logger.warning(
                    "a search index that is not needed any more could not be removed",
                    metadata: ["index": "\(index)", "error": "\(String(reflecting: error))"])
            }
        }
    }

    private func refuseNewer(_ state: IndexState) throws {
        guard state.format > IndexNames.format else { return }
        throw ElasticsearchClient.unavailable(
            ElasticsearchFault(
                status: 200, type: "",
                reason:
                    "\(state.live) was made by a newer version of this program; reindex makes one for this version"))
    }

    private struct Described: Decodable {
        struct Mappings: Decodable {
            struct Meta: Decodable {
                var format: Int?
            }

            var _meta: Meta?
        }

        var mappings: Mappings
    }
}
