import Foundation
import NIOCore
import NIOPosix

/// A server of one test's own, which can be stopped, paused and started again on the same port.
final class RedisServer {
    static let executable: String? = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].map { $0 + "/redis-server" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    let port: Int
    let directory: String
    private let arguments: [String]
    private var process: Process?

    /// - Parameter arguments: more of the server's, given the port and the directory.
    init(_ arguments: (_ port: Int, _ directory: String) throws -> [String] = { port, _ in ["--port", "\(port)"] })
        async throws
    {
        let probe = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        port = probe.localAddress?.port ?? 0
        try await probe.close()
        directory = NSTemporaryDirectory() + "msgctl-redis-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        self.arguments =
            try arguments(port, directory) + [
                "--bind", "127.0.0.1", "--dir", directory, "--save", "", "--logfile", directory + "/log",
            ]
    }

    /// Returns when it listens.
    func start() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.executable ?? "redis-server")
        process.arguments = arguments
        try process.run()
        self.process = process
        for _ in 0..<200 {
            let connection = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: port).get()
            if let connection { return try await connection.close() }
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    func pause() { signal(SIGSTOP) }
    func resume() { signal(SIGCONT) }

    /// SIGKILL.
    func kill() {
        signal(SIGKILL)
        process?.waitUntilExit()
        process = nil
    }

    func remove() {
        kill()
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func signal(_ number: Int32) {
        if let process { _ = Foundation.kill(process.processIdentifier, number) }
    }
}
