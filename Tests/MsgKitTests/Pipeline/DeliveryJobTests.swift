import Foundation
import MsgKit
import MsgTestKit
import Testing

struct DeliveryJobTests {
    private let make = Fixtures()

    private func attempt(_ number: Int) -> DeliveryAttempt {
        DeliveryAttempt(
            at: make.instant(.milliseconds(number)), error: "Error \(number)", node: NodeID(rawValue: "node"))
    }

    private func decoded(_ attempts: String) throws -> DeliveryJob {
        var text = String(decoding: try JSONEncoder.msgctl().encode(make.job()), as: UTF8.self)
        text = String(text.dropLast()) + ",\"attempts\":\(attempts)}"
        return try JSONDecoder.msgctl().decode(DeliveryJob.self, from: Data(text.utf8))
    }

    @Test func aBodyWithoutAttemptsIsTheContracts() throws {
        let body = try JSONEncoder.msgctl().encode(make.job())
        let fields = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
        #expect(
            Set(fields.keys) == [
                "id", "senderId", "receiverId", "content", "conversationId", "sendDate", "retryCount", "timestamp",
            ])
    }

    @Test func attemptsAreKept() throws {
        var job = make.job(retryCount: 2)
        job.history = DeliveryHistory([attempt(0), attempt(1)])
        let body = try JSONEncoder.msgctl().encode(job)
        #expect(try JSONDecoder.msgctl().decode(DeliveryJob.self, from: body) == job)
        let fields = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
        let attempts = try #require(fields["attempts"] as? [[String: String]])
        #expect(attempts[1] == ["at": attempt(1).at.iso8601, "error": "Error 1", "node": "node"])
    }

    @Test func theLastTenAreKept() {
        var history = DeliveryHistory()
        for number in 0..<25 { history.append(attempt(number)) }
        #expect(history.attempts == (15..<25).map { attempt($0) })
        #expect(DeliveryHistory((0..<1000).map { attempt($0) }).attempts.count == 10)
    }

    @Test func whatIsTooLongIsCut() {
        let long = DeliveryAttempt(
            at: make.start, error: String(repeating: "ü", count: 400),
            node: NodeID(rawValue: String(repeating: "n", count: 400)))
        #expect(long.error == String(repeating: "ü", count: 300) && long.node.rawValue.count == 64)
    }

    @Test(arguments: [
        "null", "7", "\"x\"", "{}", "{\"at\":1}", "[]", "[null,1,\"x\",[],{}]",
        "[{\"at\":\"yesterday\",\"error\":\"x\",\"node\":\"n\"}]",
        "[{\"at\":\"2026-01-31T12:00:00.000Z\",\"error\":7,\"node\":\"n\"}]",
    ])
    func whatIsNoAttemptIsLeftOut(_ attempts: String) throws {
        #expect(try decoded(attempts).attempts == [])
    }

    @Test func readableOnesAmongOthersAreKeptAndMany() throws {
        let good = "{\"at\":\"2026-01-31T12:00:00.000Z\",\"error\":\"x\",\"node\":\"n\",\"more\":[1]}"
        let job = try decoded("[1,\(good),null]")
        #expect(job.attempts == [DeliveryAttempt(at: make.start, error: "x", node: NodeID(rawValue: "n"))])
        let many = try decoded("[" + Array(repeating: good, count: 5000).joined(separator: ",") + "]")
        #expect(many.attempts.count == DeliveryHistory.maximumAttempts)
    }
}
