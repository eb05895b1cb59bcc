import NIOCore

extension EngineIOSession {
    /// What one answer may have of what waits.
    func nextPayload() -> EngineIOResponse {
        EngineIOResponse(payload: outbox.takePayload(maxPackets: server.configuration.maxPacketsPerPoll))
    }

    /// Whether all that waits and the close packet fit into one answer.
    var endsInOnePoll: Bool { outbox.fitsFarewell(maxPackets: server.configuration.maxPacketsPerPoll) }

    /// A GET: parked until there is something to send, unless there is already.
    func pollReceived(answer: EventLoopPromise<EngineIOResponse>) {
        eventLoop.assertInEventLoop()
        switch state.pollReceived(hasOutgoing: !outbox.isEmpty, endsInOne: endsInOnePoll) {
        case .park: poll = answer
        case .answer: answer.succeed(nextPayload())
        case .answerNoop: answer.succeed(.noop)
        case .answerBeforeGoodbye:
            answer.succeed(nextPayload())
            awaitLastPoll()
        case .answerGoodbye:
            answer.succeed(EngineIOResponse(payload: outbox.takeFarewell("1")))
            abort(reason: .forcedClose)
        case .refuse(let problem): answer.succeed(EngineIOResponse(problem: problem))
        case .refuseAndClose:
            answer.succeed(EngineIOResponse(problem: .badRequest))
            closeNow(reason: .transportError)
        }
    }

    /// The request of a GET was cancelled. What was answered before is not affected.
    func pollCancelled(answer: EventLoopPromise<EngineIOResponse>) {
        eventLoop.assertInEventLoop()
        guard poll == answer else { return }
        poll = nil
        answer.succeed(EngineIOResponse(problem: .badRequest))
        if state.pollAbandoned() { closeNow(reason: .transportError) }
    }

    /// A POST, decoded.
    func postReceived(_ packets: [EngineIOPacket], answer: EventLoopPromise<EngineIOResponse>) {
        eventLoop.assertInEventLoop()
        switch state.postReceived() {
        case .take: postTaken(packets, answer: answer)
        case .refuse(let problem): answer.succeed(EngineIOResponse(problem: problem))
        case .refuseAndClose:
            answer.succeed(EngineIOResponse(problem: .badRequest))
            closeNow(reason: .transportError)
        }
    }
}
