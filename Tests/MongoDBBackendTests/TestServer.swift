import Testing

/// A server that the tests run on.
enum TestServer: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case replicaSet = "replica set"
    case standalone

    static let all = allCases.filter { $0.givenURL != nil }
    static let isAny: Bool = !all.isEmpty

    var url: String { givenURL ?? "" }
    /// Of the first host; tests with a proxy need it to be on this machine.
    var port: UInt16 {
        let digits = url.dropFirst("mongodb://".count).drop { $0 != ":" }.dropFirst().prefix { $0.isNumber }
        return UInt16(digits) ?? 27017
    }
    var testDescription: String { rawValue }

    private var givenURL: String? {
        switch self {
        case .replicaSet: EngineURL.mongoDB
        case .standalone: EngineURL.mongoDBStandalone
        }
    }
}
