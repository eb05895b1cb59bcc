import MsgKit
import Testing

/// Asks again and again until the answer is yes; fails after a limit that only bounds the time a failing test takes.
func wait(
    for what: Comment, limit: Duration = .seconds(20), sourceLocation: SourceLocation = #_sourceLocation,
    until condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record(what, sourceLocation: sourceLocation)
    throw MsgError(.internalError, "It did not come: \(what)")
}

/// How long a call that has to fail with a code took.
func timeToFail(
    _ code: ErrorCode, sourceLocation: SourceLocation = #_sourceLocation, _ call: () async throws -> some Any
) async -> Duration {
    let start = ContinuousClock.now
    do {
        let answer = try await call()
        Issue.record("it answered \(String(describing: answer))", sourceLocation: sourceLocation)
    } catch {
        #expect((error as? MsgError)?.code == code, "\(String(reflecting: error))", sourceLocation: sourceLocation)
    }
    return ContinuousClock.now - start
}
