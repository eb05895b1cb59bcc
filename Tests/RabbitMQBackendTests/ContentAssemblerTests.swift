import Foundation
import Testing

@testable import RabbitMQBackend

struct ContentAssemblerTests {
    private func part(_ text: String, to assembler: inout ContentAssembler) throws -> IncomingMessage? {
        try Array(text.utf8).withUnsafeBytes { try assembler.body($0) }
    }

    @Test("a message comes in as many parts as the broker likes")
    func parts() throws {
        var assembler = ContentAssembler(maximumBody: 100)
        assembler.begin(.delivered(tag: 7))
        #expect(try assembler.header(MessageProperties(), bodySize: 6) == nil)
        #expect(try part("abc", to: &assembler) == nil)
        #expect(assembler.isAssembling)
        let message = try part("def", to: &assembler)
        #expect(message?.body == Data("abcdef".utf8))
        #expect(message?.isTruncated == false)
        #expect(!assembler.isAssembling)
    }

    @Test("a message without a body is complete with its header")
    func empty() throws {
        var assembler = ContentAssembler(maximumBody: 100)
        assembler.begin(.delivered(tag: 7))
        #expect(try assembler.header(MessageProperties(), bodySize: 0)?.body.isEmpty == true)
    }

    @Test("of a long body the beginning is kept, and the rest is read")
    func long() throws {
        var assembler = ContentAssembler(maximumBody: 4)
        assembler.begin(.delivered(tag: 7))
        _ = try assembler.header(MessageProperties(), bodySize: 9)
        #expect(try part("abc", to: &assembler) == nil)
        #expect(try part("def", to: &assembler) == nil)
        let message = try part("ghi", to: &assembler)
        #expect(message?.body == Data("abcd".utf8))
        #expect(message?.isTruncated == true)
    }

    @Test("a size that cannot be is no reason to take memory or to trap")
    func huge() throws {
        var assembler = ContentAssembler(maximumBody: 4)
        assembler.begin(.delivered(tag: 7))
        #expect(try assembler.header(MessageProperties(), bodySize: .max) == nil)
        #expect(try part("abcdef", to: &assembler) == nil)
    }

    @Test("parts out of order end the connection")
    func disorder() throws {
        var assembler = ContentAssembler(maximumBody: 4)
        #expect(throws: AMQPFailure.self) { try assembler.header(MessageProperties(), bodySize: 1) }
        #expect(throws: AMQPFailure.self) { try part("a", to: &assembler) }
        assembler.begin(.delivered(tag: 7))
        #expect(throws: AMQPFailure.self) { try part("a", to: &assembler) }
        _ = try assembler.header(MessageProperties(), bodySize: 1)
        #expect(throws: AMQPFailure.self) { try assembler.header(MessageProperties(), bodySize: 1) }
    }
}
