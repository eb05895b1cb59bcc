/// Why a text is not a value, before it is known where the text stands.
struct Refusal: Error {
    var problem: String
    /// Instead of "write …" with what the syntax expects.
    var remedy: String?

    init(_ problem: String, remedy: String? = nil) {
        self.problem = problem
        self.remedy = remedy
    }
}
