import MsgKit

extension SQLiteBackend {
    /// Copies the database of a data directory into another directory, as it is at one instant, by SQLite's online backup.
    ///
    /// Processes that use the directory go on meanwhile: nobody's write waits, and nothing that is written later gets into
    /// the copy. The schema is neither looked at nor changed, so that an upgrade can begin with this. The copy is a data
    /// directory of its own, checked and on disk when this returns; one that was broken off leaves nothing,
    /// unless the process was killed: then there is no database in it, and copying there again begins anew.
    /// - Parameters:
    ///   - target: made, for its owner alone, when it is not there.
    ///   - files: names of files beside the database that are copied where they are there, each of at most 1 MiB.
    ///   - progress: told of the pages that are copied, and of how many there are, after each few MiB.
    /// - Throws: ``ErrorCode/conflict`` when there is a database in the target already; ``ErrorCode/leaseHeld`` when
    ///   another process is copying there; ``ErrorCode/unavailable`` when there is nothing to copy or no room for it;
    ///   ``ErrorCode/configuration`` when one of the two, or a file, can't be used; ``CancellationError``.
    public static func backUp(
        _ source: DataDirectory, to target: DataDirectory, with files: [String] = [],
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> BackupResult {
        let isCancelled = CancellationMark()
        return try await withTaskCancellationHandler {
            try await BlockingWork.run {
                try DatabaseCopy(source: source, target: target, files: files).make { done, total in
                    if isCancelled.isSet { throw CancellationError() }
                    progress(done, total)
                }
            }
        } onCancel: {
            isCancelled.set()
        }
    }
}
