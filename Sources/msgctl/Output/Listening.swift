import MsgKit
import NIOCore

/// Says where the server listens, as soon as it does: the one result of `serve`.
struct Listening: Sendable {
    private struct Report: Encodable {
        var event = "listening"
        var url: String
        /// Left out when nothing is kept on this machine.
        var dataDirectory: String?
    }

    let format: OutputFormat
    let directory: String?
    let isSecure: Bool

    func announce(_ address: SocketAddress) {
        let host = address.ipAddress.map { $0.contains(":") ? "[\($0)]" : $0 } ?? "localhost"
        let url = "\(isSecure ? "https" : "http")://\(host):\(address.port ?? 0)"
        // Who closed standard output does not want to know.
        try? format.print(
            Report(url: url, dataDirectory: directory),
            text: "msgctl listens on \(url)" + (directory.map { "; its data is in \($0)" } ?? ""))
    }
}
