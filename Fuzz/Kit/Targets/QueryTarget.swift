import EngineIO
import Foundation

/// A request target.
struct QueryTarget: FuzzTarget {
    static let name = "query"
    static let grammar = Grammar(tokens: [
        "/socket.io/", "/socket.io", "?", "&", "=", "%", "%00", "%2", "%zz", "%C3%A9", "%c3", "%26", "%3D", "+", "#",
        "EIO=4", "EIO=3", "transport=polling", "transport=websocket", "sid=", "AAAAAAAAAAAAAAAAAAAA", "j=0", "//", "..",
        "é",
    ])

    func run(_ input: [UInt8]) throws {
        let target = String(decoding: input, as: UTF8.self)
        let query = EngineIOQuery(target: target)
        let parameters = query.parameters
        try require(parameters.count <= EngineIOQuery.maxParameters, "\(parameters.count) parameters")
        try require(target.hasPrefix(query.path) && !query.path.contains("?"), "the path is \(query.path)")
        let size = parameters.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        try require(size <= target.utf8.count, "the parameters are longer than the target")
        try require(query.isProtocol4 == (parameters["EIO"] == "4"), "the protocol's version")
        try require(query.transport?.rawValue == parameters["transport"] || query.transport == nil, "the transport")
        _ = query.isPath("/socket.io/")
        try require(query.isPath(String(query.path)), "the path is not itself")

        let again = parameters.map { Self.escaped($0) + "=" + Self.escaped($1) }.joined(separator: "&")
        let other = EngineIOQuery(target: "/socket.io/?" + again)
        // What is empty on both sides of the equals sign is still a parameter, of the empty name.
        try require(other.parameters == parameters, "\(parameters) come back as \(other.parameters) from \(again)")
        try require(other.isPath("/socket.io"), "the path does not come back")
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.intersection(.init(charactersIn: " "..."~")))
            ?? ""
    }
}
