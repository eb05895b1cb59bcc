/// A place where bytes of a peer come in, and what holds there whatever they are.
///
/// Everything that is random about a run must follow from the input alone, so that the input reproduces it.
package protocol FuzzTarget {
    /// As it is typed, and the name of its folder in the corpus.
    static var name: String { get }
    /// What its inputs are made of.
    static var grammar: Grammar { get }

    /// How many inputs every run of the tests takes; fewer where one costs more.
    static var inputsOfATest: Int { get }

    init() throws

    /// Takes one input. Refusing it is fine.
    ///
    /// - Throws: ``BrokenInvariant``. Any other error that comes out is a finding as well.
    mutating func run(_ input: [UInt8]) throws
}

extension FuzzTarget {
    package static var inputsOfATest: Int { 20_000 }
}
