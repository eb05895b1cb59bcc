import Foundation
import MsgKit
import MsgTestKit

/// Runs of a real store, with a note of each call.
struct RecordingRuns: PhaseRunStore {
    let store: any PhaseRunStore
    /// `last`, `begin running`, `finish done` and so on, when they are done.
    let calls = Journal<String>()

    func lastRun(_ phase: String) async throws -> PhaseRun? {
        let run = try await store.lastRun(phase)
        calls.note("last")
        return run
    }

    func begin(_ run: PhaseRun) async throws -> Bool {
        let isBegun = try await store.begin(run)
        calls.note(isBegun ? "begin \(run.outcome)" : "begin nothing")
        return isBegun
    }

    func finish(_ run: PhaseRun) async throws {
        try await store.finish(run)
        calls.note("finish \(run.outcome)")
    }

    func runs() async throws -> [PhaseRun] { try await store.runs() }
    func lastDone() async throws -> [String: Date] { try await store.lastDone() }
}
