import Foundation
import MsgKit
import Synchronization

/// A rebuild fills an index of its own, which nobody searches, and becomes the live one by a write of the state; the
/// alias follows.
extension ElasticsearchSearchIndex: RebuildableSearchIndex {
    func beginRebuild(at position: ChangePosition?) async throws {
        let index = try await client.refusingFaults {
            let deadline = ContinuousClock.now + bulkTimeout
            var held = try await startingState(until: deadline)
            let index = try await lifecycle.make(forBuilding: true, until: deadline)
            while true {
                var state = held.state
                let dropped = state.building?.index
                state.building = IndexState.Building(index: index, format: IndexNames.format, position: position)
                if try await states.replace(held, with: state, until: deadline) != nil {
                    if let dropped { await forget(dropped, removing: true, until: deadline) }
                    break
                }
                guard let next = try await states.read(until: deadline) else {
                    throw ElasticsearchClient.unavailable(
                        ElasticsearchFault(status: 404, type: "", reason: "the state of the search index is gone"))
                }
                held = next
            }
            await lifecycle.sweep(until: deadline)
            return index
        }
        building.withLock { $0 = (index, BuildProgress()) }
    }

    func unfinishedRebuild() async throws -> UnfinishedRebuild? {
        try await client.refusingFaults {
            let deadline = soon
            guard let found = try await states.read(until: deadline)?.state.building,
                found.format == IndexNames.format,
                try await !lifecycle.formats(of: found.index, until: deadline).isEmpty
            else { return nil }
            let progress = try await states.progress(of: found.index, until: deadline) ?? BuildProgress()
            building.withLock { $0 = (found.index, progress) }
            return UnfinishedRebuild(last: progress.last, count: progress.count)
        }
    }

    func addToRebuild(_ messages: [Message]) async throws {
        try await client.refusingFaults {
            let deadline = ContinuousClock.now + bulkTimeout
            let own = try await ownRebuild(until: deadline).1
            guard let last = messages.last else { return }
            do {
                try await writer.write(
                    messages.map(MessageDocument.operation), to: names.buildAlias(of: own.index), until: deadline)
            } catch let fault as ElasticsearchFault where fault.isMissingIndex {
                throw Self.replaced
            }
            let progress = BuildProgress(last: last.id, count: own.progress.count + messages.count)
            try await states.setProgress(progress, of: own.index, until: deadline)
            building.withLock { if $0?.index == own.index { $0?.progress = progress } }
        }
    }

    func finishRebuild() async throws {
        try await client.refusingFaults {
            let deadline = ContinuousClock.now + bulkTimeout
            var (held, own) = try await ownRebuild(until: deadline)
            let settings: JSONValue = ["index": .object(lifecycle.definition.serving)]
            _ = try await client.call(.put, "/\(own.index)/_settings", settings, until: deadline)
            _ = try await client.call(.post, "/\(own.index)/_refresh", until: deadline)
            var former: String
            while true {
                former = held.state.live
                let aliased = try await lifecycle.formats(of: names.alias, until: deadline)
                let state = IndexState(
                    format: IndexNames.format, live: own.index, position: held.state.building?.position)
                if try await states.replace(held, with: state, until: deadline) != nil {
                    building.withLock { $0 = nil }
                    guard try await lifecycle.place(own.index, insteadOf: aliased, until: deadline) else {
                        throw Self.replaced
                    }
                    break
                }
                (held, own) = try await ownRebuild(until: deadline)
            }
            await forget(own.index, removing: false, until: deadline)
            await lifecycle.removeQuietly([former], until: deadline)
            await lifecycle.sweep(until: deadline)
        }
    }

    /// The state, while the rebuild in it is the one that this object is at.
    private func ownRebuild(
        until deadline: ContinuousClock.Instant
    ) async throws -> (IndexStateStore.Held, (index: String, progress: BuildProgress)) {
        guard let own = building.withLock({ $0 }), let held = try await states.read(until: deadline),
            held.state.building?.index == own.index
        else { throw Self.replaced }
        return (held, own)
    }

    /// The state, whatever the version of what made the live index: a rebuild replaces that.
    private func startingState(until deadline: ContinuousClock.Instant) async throws -> IndexStateStore.Held {
        if let held = try await states.read(until: deadline), held.state.format > IndexNames.format { return held }
        return try await lifecycle.ensure(until: deadline)
    }

    /// Ends what there is for filling an index beside the live one: not needed any more, so failing is no failure.
    private func forget(_ index: String, removing: Bool, until deadline: ContinuousClock.Instant) async {
        try? await states.removeProgress(of: index, until: deadline)
        if removing {
            await lifecycle.removeQuietly([index], until: deadline)
        } else {
            let alias = names.buildAlias(of: index)
            let action: JSONValue = ["actions": [["remove": ["index": .string(index), "alias": .string(alias)]]]]
            _ = try? await client.call(.post, "/_aliases", action, until: deadline)
        }
    }

    private static var replaced: MsgError {
        MsgError(.conflict, "Another rebuild of the index has begun; this one was dropped.")
    }
}
