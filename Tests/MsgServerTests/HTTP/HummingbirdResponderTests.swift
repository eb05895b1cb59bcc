import EngineIO
import HTTPTypes
import Hummingbird
import MsgKit
import NIOCore
import NIOEmbedded
import Testing

@testable import MsgServer

/// Between an HTTP connection of EngineIO and Hummingbird.
struct HummingbirdResponderTests {
    private let head = HTTPRequest(method: .post, scheme: "http", authority: "h", path: "/a")

    @Test func headAndBodyGoThere() async throws {
        let responder = HummingbirdResponder { request, _ in
            let body = (try? await request.body.collect(upTo: .max)).map { String(buffer: $0) } ?? "-"
            return Response(
                status: .ok, headers: [.contentType: "text/x"],
                body: .init(byteBuffer: ByteBuffer(string: "\(request.method) \(request.uri.path) \(body)")))
        }
        let answer = await responder.answer(head, .complete(ByteBuffer(string: "abc")), EmbeddedChannel())
        #expect(answer?.head.status == .ok)
        #expect(answer?.head.headerFields[.contentType] == "text/x")
        #expect(answer.map { String(buffer: $0.body) } == "POST /a abc")
    }

    @Test func whoReadsABodyThatWasTooLargeIsToldSo() async throws {
        let responder = HummingbirdResponder { request, _ in
            let error = await #expect(throws: MsgError.self) { try await request.body.collect(upTo: .max) }
            #expect(error?.code == .payloadTooLarge)
            return Response(status: .contentTooLarge)
        }
        #expect(await responder.answer(head, .tooLarge, EmbeddedChannel())?.head.status == .contentTooLarge)
    }

    @Test func aBodyThatCanNotBeMadeIsNoAnswer() async throws {
        struct Broken: Error {}
        let responder = HummingbirdResponder { _, _ in
            Response(status: .ok, body: .init { _ in throw Broken() })
        }
        #expect(await responder.answer(head, .complete(ByteBuffer()), EmbeddedChannel())?.head == nil)
    }
}
