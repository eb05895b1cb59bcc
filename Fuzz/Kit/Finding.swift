/// An input that broke a rule.
package struct Finding: Error, CustomStringConvertible {
    package let target: String
    package let seed: UInt64
    package let index: Int
    package let input: [UInt8]
    package let what: String

    package init(target: String, seed: UInt64, index: Int, input: [UInt8], what: String) {
        self.target = target
        self.seed = seed
        self.index = index
        self.input = input
        self.what = what
    }

    package var description: String {
        """
        \(target), seed \(seed), input \(index) of \(input.count) bytes: \(what)
        \(HexText.write(input))
        """
    }
}
