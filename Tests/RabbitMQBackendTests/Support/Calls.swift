import MsgKit
import MsgTestKit
import Testing

@testable import RabbitMQBackend

/// Records an issue unless the call fails with the code within a time.
@discardableResult
func expectFailure(
    _ code: ErrorCode, within limit: Duration, sourceLocation: SourceLocation = #_sourceLocation,
    _ call: () async throws -> some Any
) async -> MsgError? {
    let began = ContinuousClock.now
    defer {
        let took = ContinuousClock.now - began
        #expect(took < limit, "it took \(took)", sourceLocation: sourceLocation)
    }
    do {
        let answer = try await call()
        Issue.record("expected \(code.rawValue), but it answered \(answer)", sourceLocation: sourceLocation)
    } catch let error as MsgError where error.code == code {
        return error
    } catch {
        Issue.record(
            "expected \(code.rawValue), but it threw \(String(reflecting: error))", sourceLocation: sourceLocation)
    }
    return nil
}

/// Repeats a call until it does not throw, for at most a minute.
func eventually<Value>(
    within limit: Duration = .seconds(60), sourceLocation: SourceLocation = #_sourceLocation,
    _ call: () async throws -> Value
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        do {
            return try await call()
        } catch {
            try #require(
                ContinuousClock.now < deadline, "it still fails: \(String(reflecting: error))",
                sourceLocation: sourceLocation)
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

/// For ``eventually(within:sourceLocation:_:)``: not yet.
struct NotYet: Error {
    /// Throws unless the condition holds. `#require` would record an issue each time.
    static func unless(_ condition: Bool) throws {
        if !condition { throw NotYet() }
    }
}

/// The code of the error that a call fails with; nil when it does not.
func failure(of call: () async throws -> some Any) async -> ErrorCode? {
    do {
        _ = try await call()
        return nil
    } catch {
        return MsgError(wrapping: error).code
    }
}

extension RabbitMQBackend {
    /// So many deliveries, which must come within half a minute, whatever the connection does meanwhile.
    func take(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws -> [Delivery] {
        let deadline = ContinuousClock.now + .seconds(30)
        var deliveries: [Delivery] = []
        while deliveries.count < count {
            try #require(
                ContinuousClock.now < deadline, "\(deliveries.count) of \(count) came", sourceLocation: sourceLocation)
            let limit = count - deliveries.count
            deliveries += (try? await queue.receive(limit: limit, wait: .seconds(1))) ?? []
        }
        return deliveries
    }
}

/// Jobs with ids of their own.
func jobs(_ count: Int, series: UInt32 = 1) -> [DeliveryJob] {
    let make = Fixtures(identifiers: SequentialIdentifiers(series: series))
    return (0..<count).map { make.job("Job \($0)") }
}
