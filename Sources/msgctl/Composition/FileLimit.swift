import Foundation
import Glibc
import Logging
import MsgKit

/// How many files the process may have open: each connection is one.
enum FileLimit {
    /// What the process needs beside its connections.
    private static let reserve = 200

    /// Raises the soft limit as far as the hard one lets it. When that is too little for what somebody asked for, it says
    /// so; the built-in number is only as many as there may be.
    /// - Returns: how many connections there can be.
    static func raise(for realtime: Configuration.Realtime, logger: Logger) -> Int {
        let connections = realtime.maxConnections
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return connections }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        let files = Int(clamping: limit.rlim_cur)
        guard files < connections + reserve else { return connections }
        let possible = max(1, files - reserve, files / 2)
        logger.log(
            level: realtime.isMaxConnectionsChosen ? .warning : .debug,
            "fewer connections are accepted than realtime.max_connections says, since each is an open file; for more, raise the limit (ulimit -n, LimitNOFILE)",
            metadata: [
                "accepted": "\(possible)", "max_connections": "\(connections)", "open_files": "\(files)",
            ])
        return possible
    }
}
