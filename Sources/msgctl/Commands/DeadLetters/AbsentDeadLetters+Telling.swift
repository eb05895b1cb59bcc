import MsgKit

extension AbsentDeadLetters {
    /// Says on standard error which of the named letters are left alone because of the other conditions.
    func note() {
        for id in unmatched { Console.note("Dead letter \(id) does not meet the other conditions.") }
    }

    /// Sentences on the ids that no dead letter has.
    var missing: [String] { (settled + unknown).sorted().map { "There is no dead letter \($0)." } }

    /// - Throws: ``ErrorCode/messageNotFound`` with all sentences, unless there are none.
    static func complain(_ sentences: [String]) throws {
        guard !sentences.isEmpty else { return }
        throw MsgError(.messageNotFound, sentences.joined(separator: "\n"))
    }
}
