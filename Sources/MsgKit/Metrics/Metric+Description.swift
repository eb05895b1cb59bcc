extension Metric {
    /// What it says, in a sentence.
    public var help: String {
        switch self {
        case .httpRequests: "Requests that were answered, by method, route and status."
        case .httpRequestSeconds: "Time from a request to its answer, by method and route; without polls."
        case .socketConnections: "Connections that are open, by transport."
        case .socketsOpened: "Connections that were opened, by the transport that they began with."
        case .socketUpgrades: "Connections that went over from polling to a websocket."
        case .socketsClosed: "Sockets that were closed, by reason."
        case .socketsRefused: "Connections that were refused, by the protocol's code."
        case .socketEvents: "Events of clients that were handled, by name."
        case .socketEventSeconds: "Time that the handling of a client's event took, by name."
        case .socketEventFailures: "Events of clients that failed, by error code."
        case .socketEmits: "Events to rooms that reached this process, by name."
        case .socketDeliveries: "Events written to clients, by name: one for each recipient of an event to rooms."
        case .socketDrops: "Volatile events not written to clients that lag, and clients closed for lagging."
        case .socketRecoveries: "Clients that came back and asked for what they missed, by what they got."
        case .busWaiting: "Commands that wait for the bus to other processes."
        case .busDropped: "Commands to other processes that were dropped because the bus is too slow."
        case .busLosses: "Times that commands of other processes may have been lost."
        case .messagesStored: "Messages that were stored by this process, by type."
        case .messageStoreSeconds: "Time from a user's message being taken to its being stored, by way."
        case .searchRefused: "Messages that the search engine refused."
        case .searchLag: "For how long messages have waited for the search index without one getting in."
        case .scheduleRuns: "Runs of scheduled phases, by phase, pool and outcome."
        case .scheduleRunSeconds: "Time that runs took that were done, by phase and pool."
        case .scheduleLastRun: "When the last run of a phase was due, by phase and outcome."
        case .scheduleLastDone: "When the last run of a phase was due that was done, by phase."
        case .messagesQueued: "Automatic messages put into the queue, or not any more, by kind."
        case .deliveries:
            "Tries to deliver an automatic message, by outcome; unsettled is what the queue could not be told of."
        case .deliverySeconds: "Time that a try to deliver took."
        case .deliveryDelay: "Time from an automatic message being due to its being delivered."
        case .queueJobs: "Jobs in the queue, by state."
        case .queueOldest: "For how long the message that has been queued longest has waited; 0 for none."
        case .engineUp: "Whether an engine answers its probe."
        case .engineProbeSeconds: "Time that an engine took to answer its probe."
        case .poolSize: "How many calls a pool takes at a time."
        case .poolInUse: "How many it is at."
        case .poolWaiting: "How many wait for it."
        case .buildInfo: "Always 1, with the version."
        case .seriesRefused: "Series that were not kept because there would be too many, or one of another kind."
        }
    }

    /// The bounds of a histogram's buckets, in seconds; nil for what is no histogram.
    public var buckets: [Double]? {
        switch self {
        case .httpRequestSeconds, .socketEventSeconds, .messageStoreSeconds, .deliverySeconds:
            [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
        case .scheduleRunSeconds: [0.01, 0.1, 1, 5, 15, 30, 60, 120, 300, 600, 1_800, 3_600]
        case .deliveryDelay: [0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 900, 1_800, 3_600, 14_400, 43_200, 86_400]
        default: nil
        }
    }
}
