import Testing

/// One rule of a role, as a sentence, and what puts a backend to it.
///
/// A backend's tests run a suite's cases as the arguments of one test function, each with a fresh backend:
///
///     @Test(arguments: MessageStoreSuite.all)
///     func messages(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
///         try await withBackend { try await rule.check($0) }
///     }
///
/// What a backend breaks is recorded as an issue of the running test, at the file and line of the expectation.
public struct ConformanceCase<Backend>: Sendable {
    public let name: String
    public let check: @Sendable (Backend) async throws -> Void

    public init(_ name: String, _ check: @escaping @Sendable (Backend) async throws -> Void) {
        self.name = name
        self.check = check
    }
}

extension ConformanceCase: CustomTestStringConvertible, CustomStringConvertible {
    public var description: String { name }
    public var testDescription: String { name }
}
