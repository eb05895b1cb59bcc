import Foundation

@testable import SQLiteBackend

/// Processes to be thought of.
enum Processes {
    /// The identity of a process that was started and killed.
    static func killed() async throws -> ProcessIdentity {
        let process = try sleeping()
        let identity = ProcessIdentity(of: process.processIdentifier)
        await end(process)
        return identity
    }

    static func sleeping() throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["60"]
        try process.run()
        return process
    }

    /// Kills a process, and waits until it is gone.
    static func end(_ process: Process) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            DispatchQueue(label: "wait").async {
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                continuation.resume()
            }
        }
    }
}
