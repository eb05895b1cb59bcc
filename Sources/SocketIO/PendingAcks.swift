import NIOCore

/// Questions of one socket that its client has not answered yet. Confined to the socket's loop.
struct PendingAcks {
    private struct Question {
        let answer: EventLoopPromise<EventArguments>
        let timer: Scheduled<Void>
    }

    private var questions: [UInt64: Question] = [:]

    var count: Int { questions.count }

    mutating func add(_ id: UInt64, answer: EventLoopPromise<EventArguments>, timer: Scheduled<Void>) {
        questions[id] = Question(answer: answer, timer: timer)
    }

    /// An id that is unknown is ignored: the answer may have come too late.
    mutating func complete(_ id: UInt64, _ result: Result<EventArguments, any Error>) {
        guard let question = questions.removeValue(forKey: id) else { return }
        question.timer.cancel()
        question.answer.completeWith(result)
    }

    func failAll() {
        for question in questions.values {
            question.timer.cancel()
            question.answer.fail(SocketIOError.disconnected)
        }
    }
}
