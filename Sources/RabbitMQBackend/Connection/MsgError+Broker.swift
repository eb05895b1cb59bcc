import MsgKit

extension MsgError {
    static var queueClosed: MsgError { MsgError(.unavailable, "The job queue is closed; this process is stopping.") }

    /// After the time limit of a call.
    static func queueSilent(_ limit: Duration, at endpoint: BrokerEndpoint) -> MsgError {
        away("did not answer within \(limit)", at: endpoint)
    }

    /// While the broker takes no messages.
    static func queueBlocked(at endpoint: BrokerEndpoint) -> MsgError {
        away("takes no messages for now, since it runs short of memory or disk", at: endpoint)
    }

    /// Any error of a connection, as one of the table.
    init(broker error: any Error, at endpoint: BrokerEndpoint) {
        switch error {
        case let known as MsgError:
            self = known
        case AMQPFailure.ended:
            self = .queueClosed
        case let failure as AMQPFailure:
            let fault = BrokerFault(failure, at: endpoint)
            if fault.isMisconfiguration {
                self.init(
                    .configuration,
                    "The job queue can't be used as the service is set up; its operator has to mend that.",
                    detail: fault.description, cause: fault)
            } else {
                self = .away(fault)
            }
        default:
            self = .away("can't be used: \(error)", at: endpoint)
        }
    }

    private static func away(_ reason: String, at endpoint: BrokerEndpoint) -> MsgError {
        away(BrokerFault(reason, at: endpoint))
    }

    private static func away(_ fault: BrokerFault) -> MsgError {
        MsgError(
            .unavailable, "The job queue is away at the moment; try again later.", detail: fault.description,
            cause: fault)
    }
}
