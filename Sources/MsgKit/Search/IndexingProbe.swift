import Foundation

/// Tells when messages wait for the index and none gets in, while the index itself may well answer what it has.
public struct IndexingProbe: HealthProbe {
    /// For how long nothing may move: longer than an engine that was started again takes to be there.
    static let patience = Duration.seconds(60)

    public let name = "indexing"
    public let isRequired = false
    private let progress: IndexingProgress

    public init(progress: IndexingProgress) { self.progress = progress }

    public func probe() async throws {
        let now = progress.now
        guard let standstill = progress.standstill else { return }
        let seconds = Int(now.timeIntervalSince(standstill.since))
        guard Double(seconds) >= Self.patience.seconds else { return }
        let age = standstill.oldest.map { Int(now.timeIntervalSince($0)) }
        throw MsgError(
            .unavailable,
            "No message has got into the search index for \(seconds) s"
                + (age.map { "; the oldest one that waits is \($0) s old." } ?? "."))
    }
}
