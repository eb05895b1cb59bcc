import EngineIO

/// What a socket is told when it is connected.
struct Admission {
    /// nil: it takes no part in recovery.
    var pid: String?
    var isRecovered = false
    /// What it missed, when it is recovered: clients expect it before CONNECT; see ``ConnectionStateRecovery``.
    var before: [EngineIOOutgoing] = []
    /// What it missed, when it is a new one.
    var after: [EngineIOOutgoing] = []
}
