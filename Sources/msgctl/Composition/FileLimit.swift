import Foundation
import Glibc
import Logging

/// How many files the process may have open: each connection is one.
enum FileLimit {
    /// What the process needs beside its connections.
    private static let reserve = 200

    /// Raises the soft limit as far as the hard one lets it, and says so when that is too little.
    /// - Returns: how many connections there can be.
    static func raise(for connections: Int, logger: Logger) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return connections }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        let files = Int(clamping: limit.rlim_cur)
        guard files < connections + reserve else { return connections }
        logger.warning(
            "fewer files may be open than realtime.max_connections needs; raise the limit (ulimit -n, LimitNOFILE) or lower it",
            metadata: ["open_files": "\(files)", "max_connections": "\(connections)"])
        return max(1, files - reserve, files / 2)
    }
}
