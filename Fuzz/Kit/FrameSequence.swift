import SocketTestKit

/// A client's websocket frames taken apart, so that one field can be changed and the rest stays a frame.
struct FrameSequence {
    private struct Frame {
        /// Final bit, reserved bits and opcode.
        var first: UInt8
        var mask: [UInt8]?
        var payload: [UInt8]
        /// What the header says, when it does not say the truth.
        var lie: UInt64?

        var bytes: [UInt8] {
            let length = lie ?? UInt64(payload.count)
            let bit: UInt8 = mask == nil ? 0 : 0x80
            var bytes = [first]
            switch length {
            case 0..<126: bytes.append(bit | UInt8(length))
            case 126...0xffff: bytes += [bit | 126, UInt8(length >> 8), UInt8(length & 0xff)]
            default: bytes += [bit | 127] + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * UInt64($0))) }
            }
            guard let mask else { return bytes + payload }
            return bytes + mask + payload.enumerated().map { $0.element ^ mask[$0.offset % 4] }
        }
    }

    private var frames: [Frame] = []
    /// What is no whole frame.
    private var rest: [UInt8] = []

    var bytes: [UInt8] { frames.flatMap(\.bytes) + rest }

    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while let frame = Self.take(from: &rest) { frames.append(frame) }
        self.rest = Array(rest)
    }

    private static func take(from bytes: inout ArraySlice<UInt8>) -> Frame? {
        var rest = bytes
        guard let first = rest.popFirst(), let short = rest.popFirst() else { return nil }
        var length = Int(short & 0x7f)
        if length >= 126 {
            let width = length == 126 ? 2 : 8
            guard rest.count >= width else { return nil }
            let long = rest.prefix(width).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard long < 1 << 32 else { return nil }
            length = Int(long)
            rest.removeFirst(width)
        }
        var mask: [UInt8]?
        if short & 0x80 != 0 {
            guard rest.count >= 4 else { return nil }
            mask = Array(rest.prefix(4))
            rest.removeFirst(4)
        }
        guard rest.count >= length else { return nil }
        let payload = rest.prefix(length).enumerated().map { $0.element ^ (mask?[$0.offset % 4] ?? 0) }
        bytes = rest.dropFirst(length)
        return Frame(first: first, mask: mask, payload: payload)
    }

    /// Changes one frame, or what frames there are.
    mutating func mutate(with mutator: inout Mutator) {
        guard let at = frames.indices.randomElement(using: &mutator.random) else {
            frames.append(Self.control(&mutator.random))
            return
        }
        if Bool.random(using: &mutator.random) {
            frames[at].payload = mutator.mutate(frames[at].payload)
        } else {
            mutate(at, &mutator.random)
        }
    }

    private mutating func mutate(_ at: Int, _ random: inout SeededGenerator) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: frames[at].first = frames[at].first & 0xf0 | UInt8.random(in: 0...15, using: &random)
        case 1: frames[at].first ^= 0x80
        case 2: frames[at].first ^= [0x10, 0x20, 0x40].pick(&random, else: 0x40)
        case 3: frames[at].mask = frames[at].mask == nil ? [1, 2, 3, 4] : nil
        case 4: frames[at].lie = [0, 125, 126, 1 << 31, 1 << 32, 1 << 62, 1 << 63, .max].pick(&random, else: 0)
        case 5: frames[at].payload = Array(repeating: 0x34, count: InterestingValues.lengths.pick(&random, else: 0))
        case 6: split(at, &random)
        case 7: frames.insert(frames[at], at: frames.indices.pick(&random))
        case 8: frames.remove(at: at)
        default: frames.insert(Self.control(&random), at: at)
        }
    }

    /// Into fragments; some of them empty.
    private mutating func split(_ at: Int, _ random: inout SeededGenerator) {
        let frame = frames[at]
        var parts: [Frame] = []
        var rest = frame.payload[...]
        repeat {
            let length = Int.random(in: 0...max(1, rest.count), using: &random)
            parts.append(
                Frame(
                    first: parts.isEmpty ? frame.first & 0x7f : 0, mask: frame.mask, payload: Array(rest.prefix(length))
                ))
            rest = rest.dropFirst(length)
        } while !rest.isEmpty && parts.count < 64
        parts[parts.count - 1].first |= 0x80
        frames.replaceSubrange(at...at, with: parts)
    }

    private static func control(_ random: inout SeededGenerator) -> Frame {
        let codes: [[UInt8]] = [
            [], [3], [3, 232], [3, 233], [3, 237], [3, 238], [11, 184], [19, 136], [0, 0], [3, 232, 255],
        ]
        return Frame(
            first: [0x88, 0x89, 0x8a].pick(&random, else: 0x89), mask: [9, 8, 7, 6],
            payload: codes.pick(&random, else: []))
    }
}

extension Range<Int> {
    fileprivate func pick(_ random: inout SeededGenerator) -> Int { randomElement(using: &random) ?? lowerBound }
}
