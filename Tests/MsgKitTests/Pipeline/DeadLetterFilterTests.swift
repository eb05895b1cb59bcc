import Foundation
import MsgKit
import MsgTestKit
import Testing

/// What the rules of the queues don't meet: letters of an unknown time, reasons of any script and length.
struct DeadLetterFilterTests {
    private let make = Fixtures()

    private var unreadable: DeadLetter {
        let body = Data("x".utf8)
        return DeadLetter(
            .unreadable(UnreadableJob(id: UnreadableJob.id(of: body), body: body, size: 1)), failedAt: make.start,
            reason: "Odd")
    }

    @Test func anUnknownTimeMeetsNoConditionOnTime() {
        let letter = DeadLetter(job: make.job(), failedAt: nil, reason: "It failed.")
        #expect(DeadLetterFilter.everything.matches(letter))
        #expect(!DeadLetterFilter(since: .distantPast).matches(letter))
        #expect(!DeadLetterFilter(before: .distantFuture).matches(letter))
    }

    @Test func whatIsNoJobMeetsNoConditionOnPeople() {
        #expect(DeadLetterFilter(reason: "odd", since: make.start, kind: .unreadable).matches(unreadable))
        #expect(!DeadLetterFilter(sender: make.id()).matches(unreadable))
        #expect(!DeadLetterFilter(receiver: make.id()).matches(unreadable))
        #expect(!DeadLetterFilter(conversation: make.id()).matches(unreadable))
    }

    @Test(arguments: [
        ("Çalışmıyor", "CALISMIYOR", true), ("Straße gesperrt", "STRASSE", true), ("Αθήνα", "αθηνα", true),
        ("Äther", "Ather", true), ("The bus is away.", "away.", true), ("The bus is away.", "a way", false),
        ("", "a", false), ("", "", true),
    ])
    func aPartOfTheReasonIsFound(_ reason: String, _ part: String, _ isFound: Bool) {
        let letter = DeadLetter(job: make.job(), failedAt: make.start, reason: reason)
        #expect(DeadLetterFilter(reason: part).matches(letter) == isFound)
        var filter = DeadLetterFilter.everything
        filter.reason = part
        #expect(filter.matches(letter) == isFound && filter == DeadLetterFilter(reason: part))
    }

    @Test func aReasonIsKeptAsFarAsThereIsRoom() {
        #expect(DeadLetter.shortened("Ö") == "Ö")
        #expect(DeadLetter.shortened(String(repeating: "Ö", count: 5000)) == String(repeating: "Ö", count: 2000))
        let combined = "e" + String(repeating: "\u{301}", count: 100_000)
        #expect(DeadLetter.shortened(combined).unicodeScalars.count == 2000)
    }
}
