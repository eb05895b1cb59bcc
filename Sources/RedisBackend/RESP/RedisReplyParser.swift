import CHiredis
import NIOCore

/// Reads replies out of the bytes of a connection, by hiredis' `redisReader`.
///
/// Nesting deeper than hiredis' seven levels, a reply greater than the maximum and everything that is not RESP2 are
/// errors; a parser that has thrown is of no more use. It belongs to one thread at a time.
final class RedisReplyParser {
    /// hiredis moves what it has not read yet every kilobyte; little at a time makes that cheap.
    private static let feedSize = 16 * 1_024
    /// A line that is longer is no number and no error's text.
    private static let maximumLine = 64 * 1_024

    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private let builder: RedisReplyBuilder
    private let maximumSize: Int

    init(maximumSize: Int) throws(RedisFailure) {
        self.maximumSize = maximumSize
        builder = RedisReplyBuilder(maximumSize: maximumSize)
        functions = .allocate(capacity: 1)
        functions.initialize(to: Self.makeFunctions())
        guard let reader = redisReaderCreateWithFunctions(functions) else {
            functions.deallocate()
            throw .malformedReply("no memory for a parser")
        }
        self.reader = reader
        // The builder lives as long as this object, which frees the reader first.
        reader.pointee.privdata = Unmanaged.passUnretained(builder).toOpaque()
    }

    deinit {
        redisReaderFree(reader)
        functions.deallocate()
    }

    /// Takes bytes in and hands each reply that is complete over.
    func parse(_ bytes: ByteBuffer, _ body: (RedisValue) -> Void) throws(RedisFailure) {
        var rest = bytes
        while let slice = rest.readSlice(length: min(rest.readableBytes, Self.feedSize)), slice.readableBytes > 0 {
            slice.withUnsafeReadableBytes { bytes in
                _ = redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
            }
            while let value = try next() { body(value) }
            try checkUnread()
        }
    }

    private func next() throws(RedisFailure) -> RedisValue? {
        var object: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &object) == REDIS_OK else {
            throw .malformedReply(
                withUnsafeBytes(of: &reader.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return object == nil ? nil : builder.take()
    }

    private func checkUnread() throws(RedisFailure) {
        let unread = reader.pointee.len - min(reader.pointee.pos, reader.pointee.len)
        guard unread + builder.size <= maximumSize else { throw .malformedReply("a reply is too long") }
        guard unread > Self.maximumLine, let start = reader.pointee.buf else { return }
        // What is not finished is a line, or bytes behind a line with their count. hiredis looks for a line's end anew
        // with every feed.
        let head = UnsafeRawBufferPointer(start: start + reader.pointee.pos, count: Self.maximumLine)
        guard head.contains(UInt8(ascii: "\n")) else { throw .malformedReply("a line does not end") }
    }

    private static func makeFunctions() -> redisReplyObjectFunctions {
        var functions = redisReplyObjectFunctions()
        functions.createString = { task, text, length in
            guard let builder = RedisReplyParser.builder(of: task) else { return nil }
            let bytes = UnsafeRawBufferPointer(start: text, count: length).bindMemory(to: UInt8.self)
            return RedisReplyParser.made(builder.addText(task?.pointee.type ?? 0, bytes), builder)
        }
        functions.createArray = { task, count in
            guard let builder = RedisReplyParser.builder(of: task) else { return nil }
            return RedisReplyParser.made(builder.addArray(count: Int(count)), builder)
        }
        functions.createInteger = { task, number in
            guard let builder = RedisReplyParser.builder(of: task) else { return nil }
            return RedisReplyParser.made(builder.add(.integer(Int64(number))), builder)
        }
        functions.createNil = { task in
            guard let builder = RedisReplyParser.builder(of: task) else { return nil }
            return RedisReplyParser.made(builder.add(.null), builder)
        }
        functions.freeObject = { _ in }
        return functions
    }

    private static func builder(of task: UnsafePointer<redisReadTask>?) -> RedisReplyBuilder? {
        task?.pointee.privdata.map { Unmanaged<RedisReplyBuilder>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func made(_ isMade: Bool, _ builder: RedisReplyBuilder) -> UnsafeMutableRawPointer? {
        isMade ? Unmanaged.passUnretained(builder).toOpaque() : nil
    }
}
