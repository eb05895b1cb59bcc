import SocketTestKit

/// Makes new inputs of known ones. All of its choices come from the generator it was given.
struct Mutator {
    static let maxLength = 16_384

    let grammar: Grammar
    let corpus: [[UInt8]]
    var random: SeededGenerator

    mutating func makeInput() -> [UInt8] {
        var input = corpus.randomElement(using: &random) ?? []
        // Some entries go through unchanged, so that the unmutated ones keep being met as well.
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            input = grammar.hasFrames && Bool.random(using: &random) ? mutateFrames(input) : mutate(input)
            if input.count > Self.maxLength { input.removeLast(input.count - Self.maxLength) }
        }
        return input
    }

    mutating func mutate(_ input: [UInt8]) -> [UInt8] {
        var bytes = input
        let range = range(in: bytes)
        switch Int.random(in: 0..<12, using: &random) {
        case 0: flipBit(of: &bytes)
        case 1: if !bytes.isEmpty { bytes[index(in: bytes)] = InterestingValues.bytes.pick(&random, else: 0) }
        case 2: bytes.insert(contentsOf: grammar.tokens.pick(&random, else: []), at: range.lowerBound)
        case 3: bytes.replaceSubrange(range, with: grammar.tokens.pick(&random, else: []))
        case 4: bytes.removeSubrange(range)
        case 5: bytes.removeLast(bytes.count - range.lowerBound)
        case 6:
            bytes.insert(contentsOf: bytes[range].repeated(.random(in: 1...8, using: &random)), at: range.upperBound)
        case 7: splice(&bytes)
        case 8: replaceNumber(in: &bytes)
        case 9: bytes.insert(contentsOf: InterestingValues.brokenUTF8.pick(&random, else: []), at: range.lowerBound)
        case 10: nest(range, in: &bytes)
        default: bytes.insert(InterestingValues.separators.pick(&random, else: 0), at: range.lowerBound)
        }
        return bytes
    }

    private mutating func mutateFrames(_ input: [UInt8]) -> [UInt8] {
        var frames = FrameSequence(input)
        frames.mutate(with: &self)
        return frames.bytes
    }

    private mutating func index(in bytes: [UInt8]) -> Int { .random(in: 0..<max(bytes.count, 1), using: &random) }

    /// Mostly short, because grammars are.
    private mutating func range(in bytes: [UInt8]) -> Range<Int> {
        let start = Int.random(in: 0...bytes.count, using: &random)
        let longest = Bool.random(using: &random) ? 8 : bytes.count
        return start..<min(bytes.count, start + Int.random(in: 0...longest, using: &random))
    }

    private mutating func flipBit(of bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        bytes[index(in: bytes)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    }

    /// The front of this and the end of another.
    private mutating func splice(_ bytes: inout [UInt8]) {
        let other = corpus.pick(&random, else: [])
        bytes.removeLast(bytes.count - range(in: bytes).lowerBound)
        bytes += other[range(in: other).lowerBound...]
    }

    private mutating func replaceNumber(in bytes: inout [UInt8]) {
        let start = index(in: bytes)
        guard let first = bytes.indices.dropFirst(start).first(where: { bytes[$0].isDigit }) else { return }
        let end = bytes[first...].firstIndex { !$0.isDigit } ?? bytes.count
        bytes.replaceSubrange(first..<end, with: InterestingValues.numbers.pick(&random, else: "0").utf8)
    }

    private mutating func nest(_ range: Range<Int>, in bytes: inout [UInt8]) {
        let depth = [1, 2, 63, 64, 65, 600].pick(&random, else: 1)
        let (open, close) = [("[", "]"), (#"{"a":"#, "}"), (#"{"_placeholder":"#, "}")].pick(&random, else: ("[", "]"))
        bytes.insert(contentsOf: Array(close.utf8).repeated(depth), at: range.upperBound)
        bytes.insert(contentsOf: Array(open.utf8).repeated(depth), at: range.lowerBound)
    }
}

extension UInt8 {
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}

extension Array {
    func pick(_ random: inout SeededGenerator, else other: Element) -> Element {
        randomElement(using: &random) ?? other
    }
}

extension Collection {
    func repeated(_ count: Int) -> [Element] { Array(repeatElement(self, count: count).joined()) }
}
