/// Something that holds for every input did not hold for this one.
package struct BrokenInvariant: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Throws when what must be so is not.
func require(_ condition: Bool, _ rule: @autoclosure () -> String) throws(BrokenInvariant) {
    guard condition else { throw BrokenInvariant(rule()) }
}
