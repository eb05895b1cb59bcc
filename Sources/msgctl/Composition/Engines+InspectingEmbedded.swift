import Logging
import MsgKit
import SQLiteBackend

extension Engines {
    /// Probes of the parts that are in the data directory. One that can't be opened is no reason to tell nothing of the
    /// others: its parts are down for this reason.
    /// - Parameter parts: those that are embedded.
    static func embeddedInspections(
        _ parts: Set<String>, _ configuration: Configuration, logger: Logger, _ closing: inout EngineClosing
    ) async throws -> [any HealthProbe] {
        guard !parts.isEmpty else { return [] }
        // Whether messages are delivered is seen in the records.
        let names = (parts.contains("store") ? parts.union(["delivery"]) : parts).sorted()
        do {
            try requireDirectory(configuration)
            let schema = try await embeddedSchema(configuration)
            guard schema.pending?.isEmpty != false else {
                let form = schema.schemaVersion == 0 ? "no database of msgctl's in it yet" : "an older version's schema"
                let hint =
                    "\(configuration.store.dataDirectory) has \(form); msgctl migrate or msgctl serve makes what is missing."
                return names.map { UnpreparedProbe(name: $0, hint: hint) }
            }
            let backend = try await openEmbedded(configuration, node: .random(), logger: logger, clock: SystemClock())
            closing.add { try await backend.close() }
            let survey = DeliverySurvey(
                board: backend.workers, messages: backend.autoMessages, stallAfter: configuration.worker.stallAfter,
                clock: SystemClock())
            let delivery = DeliveryProbe { try await survey.problem(unless: backend.storeProbe) }
            return (backend.probes + [delivery]).filter { names.contains($0.name) }
        } catch let error as MsgError {
            return names.map { UnusableProbe(name: $0, error: error) }
        }
    }
}
