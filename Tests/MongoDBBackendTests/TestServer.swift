import Testing

/// A server that the tests run on.
enum TestServer: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case replicaSet = "replica set"
    case standalone

    static let all = allCases.filter { $0.givenURL != nil }
    static let isAny: Bool = !all.isEmpty

    var url: String { givenURL ?? "" }
    /// Of the first host, which for tests with a proxy has to be on this machine.
    var port: UInt16 {
        let host = authority.split(separator: "@").last ?? ""
        return UInt16(host.drop { $0 != ":" }.dropFirst().prefix { $0.isNumber }) ?? 27017
    }

    /// The same server by another port, and nothing that would lead around it.
    func url(port: UInt16) -> String {
        let user = authority.contains("@") ? authority.prefix { $0 != "@" } + "@" : ""
        return "mongodb://\(user)127.0.0.1:\(port)/?directConnection=true"
    }

    private var authority: Substring { url.dropFirst("mongodb://".count).prefix { !"/?".contains($0) } }

    var testDescription: String { rawValue }

    private var givenURL: String? {
        switch self {
        case .replicaSet: EngineURL.mongoDB
        case .standalone: EngineURL.mongoDBStandalone
        }
    }
}
