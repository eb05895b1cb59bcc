import CHiredis
import NIOCore

/// A command with its arguments, which may hold any bytes.
struct RedisCommand: Sendable {
    private var bytes: [UInt8]
    /// Where each argument ends in `bytes`.
    private var ends: [Int]

    init(_ words: String...) {
        bytes = []
        ends = []
        for word in words { append(word) }
    }

    /// A write that leaves next to nothing behind, to see whether the server takes any.
    static func trialWrite(in keyPrefix: String) -> RedisCommand {
        RedisCommand("SET", keyPrefix + ":probe", "1", "PX", "10000")
    }

    /// How much it weighs on the wire and in memory, about.
    var size: Int { bytes.count + ends.count * 16 }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        ends.append(bytes.count)
    }

    mutating func append(_ argument: [UInt8]) {
        bytes.append(contentsOf: argument)
        ends.append(bytes.count)
    }

    mutating func append(contentsOf texts: some Sequence<String>) {
        for text in texts { append(text) }
    }

    /// Writes it in the form in which the server reads it.
    func write(into buffer: inout ByteBuffer) throws(RedisFailure) {
        let count = ends.count
        var formatted: UnsafeMutablePointer<CChar>?
        let length = bytes.withUnsafeBufferPointer { bytes in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { arguments in
                withUnsafeTemporaryAllocation(of: Int.self, capacity: count) { lengths in
                    bytes.withMemoryRebound(to: CChar.self) { bytes in
                        var start = 0
                        for (index, end) in ends.enumerated() {
                            arguments.initializeElement(at: index, to: bytes.baseAddress.map { $0 + start })
                            lengths.initializeElement(at: index, to: end - start)
                            start = end
                        }
                        return Self.format(&formatted, arguments, lengths)
                    }
                }
            }
        }
        guard length > 0, let formatted else { throw RedisFailure.malformedCommand }
        defer { redisFreeCommand(formatted) }
        buffer.writeBytes(UnsafeRawBufferPointer(start: formatted, count: length))
    }

    private static func format(
        _ target: inout UnsafeMutablePointer<CChar>?, _ arguments: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>,
        _ lengths: UnsafeMutableBufferPointer<Int>
    ) -> Int {
        lengths.withMemoryRebound(to: size_t.self) { lengths in
            Int(redisFormatCommandArgv(&target, Int32(lengths.count), arguments.baseAddress, lengths.baseAddress))
        }
    }
}
