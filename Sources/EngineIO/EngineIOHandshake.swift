import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1

/// Header fields of a request, under a name that needs no import of their module.
public typealias EngineIOHeaders = HTTPFields

/// What is known of a client from the request that opened its session.
///
/// It lives as long as the session and is rarely looked at, so it keeps the request's text, not what is read from it.
public struct EngineIOHandshake: Sendable {
    /// The peer of the connection: the proxy when there is one.
    public let remoteAddress: SocketAddress?
    /// When the session was opened.
    public let time: Date
    /// Transport of the request.
    public let transport: EngineIOTransport
    /// Path and query of the request, as sent.
    public let target: String
    /// Whether there was TLS below the request, which this process ended.
    public let isSecure: Bool
    /// `name:value` and a line feed, each.
    private let fields: String

    init(
        target: String, headers: HTTPHeaders, remoteAddress: SocketAddress?, time: Date, transport: EngineIOTransport,
        isSecure: Bool
    ) {
        self.init(
            target: target, fields: headers.map { ($0.name, $0.value) }, remoteAddress: remoteAddress, time: time,
            transport: transport, isSecure: isSecure)
    }

    init(
        target: String, headers: HTTPFields, remoteAddress: SocketAddress?, time: Date, transport: EngineIOTransport,
        isSecure: Bool
    ) {
        self.init(
            target: target, fields: headers.map { ($0.name.rawName, $0.value) }, remoteAddress: remoteAddress,
            time: time, transport: transport, isSecure: isSecure)
    }

    private init(
        target: String, fields: [(name: String, value: String)], remoteAddress: SocketAddress?, time: Date,
        transport: EngineIOTransport, isSecure: Bool
    ) {
        self.target = target
        self.isSecure = isSecure
        var text = ""
        text.reserveCapacity(fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 2 })
        for (name, value) in fields {
            text += name
            text += ":"
            text += value
            text += "\n"
        }
        self.fields = text
        self.remoteAddress = remoteAddress
        self.time = time
        self.transport = transport
    }

    /// Header fields of the request; those whose names are not tokens are left out. Read each time it is asked for.
    public var headers: EngineIOHeaders {
        var headers = HTTPFields()
        for line in fields.utf8.split(separator: UInt8(ascii: "\n")) {
            let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
            guard let name = HTTPField.Name(String(Substring(line[..<colon]))) else { continue }
            headers.append(HTTPField(name: name, value: String(Substring(line[colon...].dropFirst()))))
        }
        return headers
    }

    /// The site of the page that made the request; nil when no page did.
    public var origin: String? { headers[.origin] }

    /// Query parameters, decoded; the first of each name. Read each time it is asked for.
    public var query: [String: String] { EngineIOQuery(target: target).parameters }
}
