import EngineIO
import NIOCore
import SocketTestKit
import Testing

@testable import SocketIO

@Suite(.timeLimit(.minutes(1)))
struct BroadcastAckTests {
    private func answers(_ asked: BroadcastAnswers) async throws -> [String] {
        var answers: [String] = []
        for await arguments in asked.answers {
            answers.append(try #require(arguments.raw(at: 0).map { String(buffer: $0) }))
        }
        return answers.sorted()
    }

    @Test func eachSocketOfTheSelectionIsAskedOnceAndItsAnswerTold() async throws {
        let server = try await TestServer()
        var clients: [TestClient] = []
        for number in 0..<4 {
            let (client, id) = try await server.connect()
            clients.append(client)
            let socket = try #require(await server.root.socket(id: id))
            await socket.join(number < 3 ? ["a", "b"] : ["c"])
        }
        let asked = try await server.root.to("a", "b").emitWithAck("how", "many")
        #expect(asked.count == 3)
        var ids: Set<String> = []
        for (number, client) in clients.prefix(3).enumerated() {
            let question = try await client.next()
            #expect(question.hasPrefix("42") && question.hasSuffix(#"["how","many"]"#))
            let id = String(question.dropFirst(2).prefix { $0 != "[" })
            ids.insert(id)
            client.send("43\(id)[\(number),\"more\"]")
        }
        // Ids count per namespace.
        #expect(ids == ["0", "1", "2"])
        #expect(try await answers(asked) == ["0", "1", "2"])
        try server.root.emit("end")
        #expect(try await clients[3].nextIs(#"42["end"]"#))
        try await server.close()
    }

    @Test func bytesGoBothWays() async throws {
        let server = try await TestServer()
        let (client, _) = try await server.connect()
        let asked = try await server.root.all.emitWithAck(
            "x", jsonArguments: [ByteBuffer(string: #"{"_placeholder":true,"num":0}"#)],
            attachments: [ByteBuffer(bytes: [1, 2])])
        #expect(try await client.next() == #"451-0["x",{"_placeholder":true,"num":0}]"#)
        #expect(try await client.frame().payload == [1, 2])
        client.send(#"461-0[{"_placeholder":true,"num":0}]"#)
        client.sendBinary([3, 4])
        for await arguments in asked.answers {
            #expect(arguments.raw(at: 0).map { String(buffer: $0) } == #"{"_placeholder":true,"num":0}"#)
            #expect(arguments.attachments == [ByteBuffer(bytes: [3, 4])])
        }
        try await server.close()
    }

    @Test func whoeverDoesNotAnswerIsNotWaitedForLongerThanAsked() async throws {
        let server = try await TestServer()
        let (silent, leaving, answering) = (
            try await server.connect(), try await server.connect(), try await server.connect()
        )
        let asked = try await server.root.all.emitWithAck("x", timeout: .milliseconds(300))
        #expect(asked.count == 3)
        var questions: [String] = []
        for client in [silent.client, leaving.client, answering.client] { questions.append(try await client.next()) }
        #expect(Set(questions) == [#"420["x"]"#, #"421["x"]"#, #"422["x"]"#])
        answering.client.send("43\(questions[2].dropFirst(2).prefix(1))[1]")
        leaving.client.send("41")
        #expect(try await answers(asked) == ["1"])
        try await server.close()
    }

    @Test func nobodyAnswersWhenNobodyIsAsked() async throws {
        let server = try await TestServer()
        let asked = try await server.root.to("nowhere").emitWithAck("x")
        #expect(asked.count == 0)
        #expect(try await answers(asked) == [])
        await #expect(throws: SocketIOError.reservedEventName("connect")) {
            try await server.root.all.emitWithAck("connect")
        }
        try await server.close()
    }

    @Test func roomsAreThoseWithASocket() async throws {
        let server = try await TestServer()
        let (one, two) = (try await server.connect(), try await server.connect())
        await server.root.to(one.id).socketsJoin("a", "b")
        await server.root.to(two.id).socketsJoin("b", "c")
        #expect(await server.root.rooms() == [one.id, two.id, "a", "b", "c"])
        await server.root.to(two.id).socketsLeave("c")
        #expect(await server.root.rooms() == [one.id, two.id, "a", "b"])
        try await server.close()
    }
}
