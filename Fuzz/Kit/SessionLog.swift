import EngineIO
import NIOCore
import Synchronization

/// What the application of every session of a server was told, in order.
final class SessionLog: Sendable {
    enum Record: Equatable {
        case opened
        case text(String)
        case binary([UInt8])
        case closed(EngineIOCloseReason)
    }

    private let state = Mutex<[Record]>([])

    func append(_ record: Record) { state.withLock { $0.append(record) } }

    /// Empties it.
    func take() -> [Record] {
        state.withLock { records in
            defer { records = [] }
            return records
        }
    }

    /// - Throws: when a session was not opened first and closed last, each once.
    static func check(_ records: [Record]) throws {
        guard !records.isEmpty else { return }
        try require(records.first == .opened, "something was told of a session that was not open")
        try require(records.count { $0 == .opened } == 1, "the session was opened twice")
        let ends = records.count { if case .closed = $0 { true } else { false } }
        try require(ends == 1, "the session was closed \(ends) times")
        guard case .closed = records.last else { throw BrokenInvariant("something was told of a closed session") }
    }
}
