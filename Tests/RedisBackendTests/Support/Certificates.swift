import Foundation

/// A certificate authority of one test's own and what it has signed, by `openssl`.
struct Certificates {
    static let executable: String? = ["/usr/bin/openssl", "/opt/homebrew/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    let directory: String
    var authority: String { directory + "/ca.pem" }
    var certificate: String { directory + "/server.pem" }
    var key: String { directory + "/server.key" }

    /// - Parameter names: of the server, as a certificate lists them: `DNS:localhost,IP:127.0.0.1`.
    init(in directory: String, names: String) throws {
        self.directory = directory
        try "subjectAltName=\(names)\n".write(toFile: directory + "/names", atomically: true, encoding: .utf8)
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        try run(["req", "-x509", "-subj", "/CN=Test", "-days", "2", "-keyout", "ca.key", "-out", "ca.pem"] + key)
        try run(["req", "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr"] + key)
        try run([
            "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "server.pem",
        ])
    }

    private func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.executable ?? "openssl")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
