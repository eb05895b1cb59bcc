import Foundation
import Logging
import Metrics
import MsgKit

/// Writes many documents in requests of bounded size and looks at what became of each.
struct BulkWriter: Sendable {
    let client: ElasticsearchClient
    /// How long a request may be, in bytes; one document alone may make it longer.
    let maximumBytes: Int
    /// Whether searches find the documents as soon as the call returns.
    let refreshes: Bool
    let logger: Logger
    private let refused = Metric.searchRefused.counter()

    init(client: ElasticsearchClient, maximumBytes: Int, refreshes: Bool, logger: Logger) {
        self.client = client
        self.maximumBytes = maximumBytes
        self.refreshes = refreshes
        self.logger = logger
    }

    /// Returns when every operation is settled. A document that the engine will never take is logged, counted
    /// (``Metric/searchRefused``) and left out: it must not keep back all that come after it.
    /// - Parameter alias: nothing is written, and no index made, when there is no such alias.
    /// - Throws: ``ElasticsearchFault`` when the alias is missing; ``ErrorCode/unavailable``, when some may be written
    ///   and some not; writing them again is harmless.
    func write(
        _ operations: [BulkOperation], to alias: String, until deadline: ContinuousClock.Instant
    ) async throws {
        var rest = operations[...]
        while !rest.isEmpty {
            var body: [UInt8] = []
            var count = 0
            for operation in rest {
                let lines = operation.lines(alias: alias)
                if count > 0, body.count + lines.count > maximumBytes { break }
                body += lines
                count += 1
            }
            try await write(rest.prefix(count), as: body, to: alias, until: deadline)
            rest = rest.dropFirst(count)
        }
    }

    private func write(
        _ operations: ArraySlice<BulkOperation>, as firstBody: [UInt8], to alias: String,
        until deadline: ContinuousClock.Instant
    ) async throws {
        var backoff = Backoff(from: .milliseconds(100), to: .seconds(5))
        var operations = Array(operations)
        var body = firstBody
        while true {
            let verdicts = try await send(body, count: operations.count, until: deadline)
            var again: [BulkOperation] = []
            var overload: ElasticsearchFault?
            for (operation, verdict) in zip(operations, verdicts) {
                switch verdict {
                case .settled: break
                case .refused(let fault): note(operation, fault)
                case .failed(let fault): throw fault.isMissingIndex ? fault : ElasticsearchClient.unavailable(fault)
                case .again(let fault):
                    again.append(operation)
                    overload = fault
                }
            }
            guard let overload else { return }
            let pause = backoff.next()
            guard .now + pause < deadline else { throw ElasticsearchClient.unavailable(overload) }
            try await Task.sleep(for: pause)
            operations = again
            body = again.flatMap { $0.lines(alias: alias) }
        }
    }

    private func send(
        _ body: [UInt8], count: Int, until deadline: ContinuousClock.Instant
    ) async throws -> [BulkAnswer.Verdict] {
        let refresh = refreshes ? "&refresh=true" : ""
        let request = HTTPRequest(
            method: .post, target: "/_bulk?require_alias=true&filter_path=\(BulkAnswer.filter)\(refresh)", body: body,
            contentType: "application/x-ndjson")
        let answer: BulkAnswer = try ElasticsearchClient.read(try await client.call(request, until: deadline))
        guard answer.items.count == count else {
            throw ElasticsearchClient.unavailable(
                ElasticsearchFault(
                    status: 200, type: "", reason: "\(answer.items.count) answers came to \(count) operations"))
        }
        return answer.items.map(\.verdict)
    }

    private func note(_ operation: BulkOperation, _ fault: ElasticsearchFault) {
        refused.increment()
        // The reason may quote what somebody wrote.
        logger.error(
            "a message can't be found by search: the search engine refuses it",
            metadata: ["message": "\(operation.id)", "type": "\(fault.type)"])
        logger.debug(
            "why the search engine refuses a message",
            metadata: ["message": "\(operation.id)", "reason": "\(fault.reason)"])
    }
}
