import MsgKit

/// A page of dead letters.
struct DeadLettersAnswer: Encodable, Sendable {
    var deadLetters: [DeadLetterAnswer]
    var pagination: PaginationAnswer

    init(_ page: Page<DeadLetter>) {
        deadLetters = page.items.map { DeadLetterAnswer($0) }
        pagination = PaginationAnswer(page)
    }
}
