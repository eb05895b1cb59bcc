/// Why a text is no schedule, and what to write instead.
public struct CronProblem: Error, Sendable, Equatable {
    /// What is wrong, as in "hour: 24 is not from 0 to 23". Foreign text in it is printable and cut.
    public let problem: String
    /// What would be right, as an instruction: "write 22-23,0-2".
    public let remedy: String

    init(_ problem: String, remedy: String) {
        self.problem = problem
        self.remedy = remedy
    }
}

extension CronProblem: CustomStringConvertible {
    public var description: String { "\(problem); \(remedy)" }
}
