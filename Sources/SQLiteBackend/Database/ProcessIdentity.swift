import Foundation

/// A process, told apart from every later one that gets the same number.
struct ProcessIdentity: Sendable, Hashable {
    /// The boot and the process namespace in which the number means something.
    var host: String
    var pid: Int32
    /// When it started, in ticks since the boot; empty where the system doesn't say.
    var start: String

    static let current = ProcessIdentity(of: getpid())

    init(host: String, pid: Int32, start: String) {
        self.host = host
        self.pid = pid
        self.start = start
    }

    /// A process of this host that is running.
    init(of pid: Int32) {
        self.init(host: Self.readHost(), pid: pid, start: Self.status(of: pid)?.start ?? "")
    }

    /// Whether the process is known to have ended. Of a process in another container nothing is known.
    var hasEnded: Bool {
        if self == .current { return false }
        guard host == ProcessIdentity.current.host else { return false }
        if kill(pid, 0) != 0, errno == ESRCH { return true }
        guard !start.isEmpty, let status = Self.status(of: pid) else { return false }
        return status.start != start || status.isZombie
    }

    private static func readHost() -> String {
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
        let namespace = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
        return boot.trimmingCharacters(in: .whitespacesAndNewlines) + namespace
    }

    /// The third and twenty-second field of proc(5)'s `stat`. The second, the program's name, may hold anything, so
    /// counting begins after its closing parenthesis.
    private static func status(of pid: Int32) -> (isZombie: Bool, start: String)? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19 else { return nil }
        return (fields[0] == "Z" || fields[0] == "X", String(fields[19]))
    }
}
