import Foundation
import MsgKit

/// Where the engine is and who asks.
struct EngineAddress: Sendable {
    enum Credentials: Sendable {
        case none
        case password(user: String, Secret)
        case apiKey(Secret)
    }

    /// `https://host:9200/path` without the last slash and without credentials.
    let base: String
    let host: String
    let port: Int
    let isTLS: Bool
    /// `host:port`, for logs.
    var label: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    let credentials: Credentials

    /// - Throws: ``ErrorCode/configuration`` when it is not the address of one engine.
    init(_ url: Secret, apiKey: Secret?) throws {
        guard var parts = URLComponents(string: url.reveal()), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty, !host.contains(","),
            parts.query == nil, parts.fragment == nil, (1...65_535).contains(parts.port ?? 443)
        else {
            throw MsgError(
                .configuration, "The address of Elasticsearch is not of the form http://host:9200 or https://….")
        }
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        isTLS = scheme == "https"
        port = parts.port ?? (isTLS ? 443 : 80)
        if let apiKey {
            guard apiKey.reveal().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
                throw MsgError(.configuration, "The API key of Elasticsearch has characters that no API key has.")
            }
            credentials = .apiKey(apiKey)
        } else if let user = parts.user, !user.isEmpty {
            credentials = .password(user: user, Secret(parts.password ?? ""))
        } else {
            credentials = .none
        }
        parts.user = nil
        parts.password = nil
        var base = parts.string ?? ""
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
    }
}
