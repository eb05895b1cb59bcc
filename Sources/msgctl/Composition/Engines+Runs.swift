import Logging
import MongoDBBackend
import MsgKit
import SQLiteBackend

extension Engines {
    /// The last run of every scheduled phase. Where the records are not in this version's form there is none yet; nothing
    /// is made or changed.
    static func lastRuns(_ configuration: Configuration, logger: Logger) async throws -> [PhaseRun] {
        guard try await schema(configuration, logger: logger).pending?.isEmpty != false else { return [] }
        var closing = EngineClosing()
        let records: RecordEngine
        if let url = configuration.store.mongoDBURI {
            let mongoDB = try openMongoDB(url, configuration, logger: logger, clock: SystemClock())
            closing.add { await mongoDB.close() }
            records = RecordEngine(mongoDB)
        } else {
            let embedded = try await openEmbedded(configuration, node: .random(), logger: logger, clock: SystemClock())
            closing.add { try await embedded.close() }
            records = RecordEngine(embedded)
        }
        do {
            let runs = try await records.phaseRuns.runs()
            try await closing.close()
            return runs
        } catch {
            // Why they could not be read is what counts.
            try? await closing.close()
            throw error
        }
    }
}
