import MsgKit
import Testing

/// Records an issue unless the call fails with the code; returns the error for a closer look.
@discardableResult
func expect(
    _ code: ErrorCode, sourceLocation: SourceLocation = #_sourceLocation, _ call: () async throws -> some Any
) async -> MsgError? {
    do {
        let answer = try await call()
        Issue.record("expected \(code.rawValue), but it answered \(answer)", sourceLocation: sourceLocation)
    } catch let error as MsgError where error.code == code {
        return error
    } catch {
        Issue.record("expected \(code.rawValue), not \(String(reflecting: error))", sourceLocation: sourceLocation)
    }
    return nil
}
