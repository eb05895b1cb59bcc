import Testing

@testable import MsgKit

/// None of these numbers may ever change: a plan of an old version can be made again by its seed.
struct SeededGeneratorTests {
    /// SplitMix64's published sequence.
    @Test func theSequenceOfASeed() {
        var generator = SeededGenerator(seed: 1_234_567)
        let five = (0..<5).map { _ in generator.next() }
        #expect(
            five == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
        var zero = SeededGenerator(seed: 0)
        let first = zero.next()
        #expect(first == 0xe220_a839_7b1d_cdaf)
    }

    @Test func theDrawsOfAStream() {
        var generator = SeededGenerator(seed: 42, stream: .sendTime, number: 7)
        let two = [generator.next(), generator.next()]
        #expect(two == [8_063_994_756_004_808_506, 7_234_891_170_589_982_231])
        let bounded = [generator.below(1000), generator.below(1000)]
        #expect(bounded == [213, 57])
        let fraction = generator.fraction()
        #expect(fraction == 0.7185733708796387)
        var numbers = Array(0..<10 as Range<UInt32>)
        generator.shuffle(&numbers)
        #expect(numbers == [8, 3, 5, 9, 4, 2, 1, 0, 7, 6])
    }

    @Test func eachStreamAndNumberHasItsOwn() {
        var first: Set<UInt64> = []
        for stream in [SeededGenerator.Stream.pairing, .sendTime, .template] {
            for number in 0..<100 as Range<UInt64> {
                var generator = SeededGenerator(seed: 1, stream: stream, number: number)
                first.insert(generator.next())
            }
        }
        #expect(first.count == 300)
    }

    @Test(arguments: [1, 2, 3, 7, 10, 1000])
    func aBoundedDrawIsEven(bound: Int) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        var sum = 0
        for _ in 0..<20_000 {
            let number = generator.below(bound)
            #expect((0..<bound).contains(number), "seed \(seed)")
            sum += number
        }
        let mean = Double(sum) / 20_000
        #expect(abs(mean - Double(bound - 1) / 2) <= Double(bound) * 0.02, "seed \(seed): \(mean)")
    }

    @Test func aFractionIsBelowOne() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let drawn = (0..<20_000).map { _ in generator.fraction() }
        #expect(drawn.allSatisfy { 0 <= $0 && $0 < 1 }, "seed \(seed)")
        #expect(abs(drawn.reduce(0, +) / 20_000 - 0.5) < 0.02, "seed \(seed)")
    }
}
