import Foundation
import Testing

/// OpenSSL's test server with a certificate of its own for `localhost`.
struct TLSServer {
    static let program = "/usr/bin/openssl"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

    let port: Int
    let certificate: String

    static func serving(_ body: (TLSServer) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "msgctl-tls-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (key, certificate) = (directory + "/key.pem", directory + "/certificate.pem")
        let making = process([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj",
            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
        ])
        making.standardError = FileHandle.nullDevice
        try making.run()
        making.waitUntilExit()
        let server = process(["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www"])
        let output = Pipe()
        server.standardOutput = output
        server.standardError = FileHandle.nullDevice
        server.standardInput = FileHandle.nullDevice
        try server.run()
        // Its signals are blocked, as those of the thread that started it are.
        defer { kill(server.processIdentifier, SIGKILL) }
        var said = ""
        while let more = try output.fileHandleForReading.read(upToCount: 1) {
            said += String(decoding: more, as: UTF8.self)
            guard said.hasSuffix("\n") else { continue }
            if let port = said.split(separator: "\n").last(where: { $0.hasPrefix("ACCEPT") })?
                .split(separator: ":").last.flatMap({ Int($0) })
            {
                try await body(TLSServer(port: port, certificate: certificate))
                return
            }
        }
        Issue.record("the server did not start: \(said)")
    }

    private static func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        return process
    }
}
