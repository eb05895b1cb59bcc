/// What a bulk of writes did.
struct WriteOutcome {
    var inserted = 0
    var matched = 0
    var modified = 0
    var removed = 0
    /// Which of the bulk's writes, by their place in it, met a key that is there already.
    var duplicates: [Int] = []
}
