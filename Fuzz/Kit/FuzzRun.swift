import SocketTestKit

/// A run of one target: input number `n` follows from the corpus, the seed and `n`, so that any part can be run alone.
package struct FuzzRun {
    package let target: any FuzzTarget.Type
    package let corpus: Corpus
    package let seed: UInt64

    package init(_ target: any FuzzTarget.Type, corpus: Corpus, seed: UInt64) {
        self.target = target
        self.corpus = corpus
        self.seed = seed
    }

    package func input(_ index: Int) -> [UInt8] {
        var seeds = SeededGenerator(seed: seed &+ UInt64(index))
        var mutator = Mutator(
            grammar: target.grammar, corpus: corpus.entries.map(\.bytes), random: SeededGenerator(seed: seeds.next()))
        return mutator.makeInput()
    }

    /// - Throws: a ``Finding`` at the first input that breaks a rule.
    package func run(_ indices: Range<Int>, journal: Journal? = nil) throws {
        var runner = try target.init()
        let memory = MemoryBound()
        for index in indices {
            let input = input(index)
            try journal?.write(index: index, input: input)
            do {
                try runner.run(input)
                if index % 1_000 == 999 { try memory.check() }
            } catch {
                throw Finding(target: target.name, seed: seed, index: index, input: input, what: "\(error)")
            }
        }
    }
}
