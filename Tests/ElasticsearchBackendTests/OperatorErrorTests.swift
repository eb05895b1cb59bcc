import Foundation
import MsgKit
import MsgTestKit
import Synchronization
import Testing

@testable import ElasticsearchBackend

/// What the operator is told when the engine can't be used, and when it can again.
@Suite(.timeLimit(.minutes(2)))
struct OperatorErrorTests {
    /// Enough for a busy machine; nothing here is about time.
    private static var options: ElasticsearchOptions {
        var options = ElasticsearchOptions()
        options.urlName = "search.elasticsearch_url"
        return options
    }

    private func expectMisconfigured(at url: String, _ cause: String) async throws {
        let backend = try ElasticsearchBackend.open(
            url: Secret(url), options: Self.options, logger: FakeEngine.silent)
        let error = await #expect(throws: MsgError.self) { _ = try await backend.search.checkpoint() }
        await backend.close()
        #expect(error?.code == .configuration, "\(String(reflecting: error))")
        let told = error?.operatorMessage ?? ""
        #expect(told.hasPrefix("search.elasticsearch_url: Elasticsearch at ") && told.contains(cause), "\(told)")
        #expect(error?.message.contains("127.0.0.1") == false, "the message is for everybody")
    }

    @Test func tlsOnThisSideOnly() async throws {
        try await FakeEngine.serving({ _ in .answer(200, "{}") }) { engine in
            try await expectMisconfigured(
                at: "https://127.0.0.1:\(engine.port)", "does not speak TLS; write http:// in place of https://")
        }
    }

    @Test(.enabled(if: TLSServer.isInstalled, "It needs OpenSSL's command."))
    func tlsOnTheOtherSideOnly() async throws {
        try await TLSServer.serving { server in
            try await expectMisconfigured(
                at: "http://127.0.0.1:\(server.port)", "speaks TLS; write https:// in place of http://")
        }
    }

    /// As MongoDB answers whoever comes to its port with HTTP.
    @Test func aServerOfAnotherKind() async throws {
        let words = "It looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n"
        try await FakeEngine.serving({ _ in .answer(200, words) }) { engine in
            try await expectMisconfigured(at: "http://127.0.0.1:\(engine.port)", "is a MongoDB server; correct host")
        }
    }

    @Test func anAnswerThatIsNoneNamesNoTypeOfThisProgram() async throws {
        try await FakeEngine.serving({ _ in .answer(200, "<html>") }) { engine in
            let backend = try ElasticsearchBackend.open(
                url: engine.url, options: Self.options, logger: FakeEngine.silent)
            let error = await #expect(throws: MsgError.self) { _ = try await backend.search.checkpoint() }
            await backend.close()
            #expect(error?.code == .unavailable)
            #expect(error?.operatorMessage.contains("DecodingError") == false, "\(error?.operatorMessage ?? "")")
        }
    }

    @Test func anOutageIsLoggedOnceAndItsEndOnce() async throws {
        let isThere = Atomic(false)
        let lines = Journal<String>()
        try await FakeEngine.serving({ _ in isThere.load(ordering: .relaxed) ? .answer(200, "{}") : .cut }) { engine in
            let backend = try ElasticsearchBackend.open(
                url: engine.url, options: Self.options, logger: LogJournal.logger(lines))
            for _ in 0..<5 { await expectFailure(.unavailable) { try await backend.probe.probe() } }
            #expect(lines.entries.count { $0.contains("can't be used") } == 1, "\(lines.entries)")
            isThere.store(true, ordering: .relaxed)
            for _ in 0..<3 { try await backend.probe.probe() }
            #expect(lines.entries.count { $0.contains("Elasticsearch is back") } == 1, "\(lines.entries)")
            await backend.close()
        }
    }
}
