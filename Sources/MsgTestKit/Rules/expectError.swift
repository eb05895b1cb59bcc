import MsgKit
import Testing

/// Records an issue unless the call fails with one of the codes.
func expectError(
    _ codes: ErrorCode..., when situation: Comment, sourceLocation: SourceLocation = #_sourceLocation,
    _ call: () async throws -> some Any
) async {
    let expected = codes.map(\.rawValue).joined(separator: " or ")
    do {
        let answer = try await call()
        Issue.record(
            "\(situation): expected \(expected), but it answered \(String(describing: answer))",
            sourceLocation: sourceLocation)
    } catch let error as MsgError where codes.contains(error.code) {
        return
    } catch {
        Issue.record(
            "\(situation): expected \(expected), but it threw \(String(reflecting: error))",
            sourceLocation: sourceLocation)
    }
}
