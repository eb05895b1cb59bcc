import Testing

/// A server that the tests run on.
enum TestServer: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case replicaSet = "replica set"
    case standalone

    static let all = allCases.filter { $0.givenURL != nil }
    static let isAny: Bool = !all.isEmpty

    var url: String { givenURL ?? "" }
    var testDescription: String { rawValue }

    private var givenURL: String? {
        switch self {
        case .replicaSet: EngineURL.mongoDB
        case .standalone: EngineURL.mongoDBStandalone
        }
    }
}
