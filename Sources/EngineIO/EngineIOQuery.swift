import Foundation

/// The query parameters that decide what a request is.
struct EngineIOQuery: Sendable {
    /// Most parameters read; the rest of a longer query is ignored. HTTP bounds the bytes.
    static let maxParameters = 64

    /// Every parameter, the first of each name.
    let parameters: [String: String]
    /// Path without the query.
    let path: Substring

    /// Reads a request target such as `/socket.io/?EIO=4&transport=polling`.
    init(target: String) {
        let question = target.firstIndex(of: "?") ?? target.endIndex
        path = target[..<question]
        var parameters: [String: String] = [:]
        for pair in target[question...].dropFirst().split(separator: "&", maxSplits: Self.maxParameters).prefix(
            Self.maxParameters)
        {
            let equals = pair.firstIndex(of: "=") ?? pair.endIndex
            let name = Self.decoded(pair[..<equals])
            if parameters[name] == nil {
                parameters[name] = Self.decoded(pair[equals...].dropFirst())
            }
        }
        self.parameters = parameters
    }

    /// Whether this is the endpoint, with or without its trailing slash.
    func isPath(_ configured: String) -> Bool {
        Self.withoutSlash(path) == Self.withoutSlash(configured[...])
    }

    var sessionID: String? { parameters["sid"] }
    var isProtocol4: Bool { parameters["EIO"] == "4" }
    /// nil: missing or unknown.
    var transport: EngineIOTransport? { parameters["transport"].flatMap(EngineIOTransport.init(rawValue:)) }

    private static func withoutSlash(_ path: Substring) -> Substring {
        path.count > 1 && path.hasSuffix("/") ? path.dropLast() : path
    }

    private static func decoded(_ text: Substring) -> String {
        let spaced = text.contains("+") ? text.replacing("+", with: " ") : text
        return spaced.removingPercentEncoding ?? String(spaced)
    }
}
