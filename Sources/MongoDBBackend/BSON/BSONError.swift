/// Why something is no document.
enum BSONError: Error, Equatable {
    /// A name or a pattern holds a NUL, which BSON ends them with.
    case nulInName
    /// Lengths, types or ends that contradict each other.
    case malformed
    /// Documents within documents beyond any use.
    case tooDeep
}
