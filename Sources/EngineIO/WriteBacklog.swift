/// What was written to a channel since it stopped being writable.
struct WriteBacklog {
    private(set) var bytes = 0
    private(set) var writes = 0

    mutating func add(_ count: Int) {
        bytes += count
        writes += 1
    }

    /// Of this, `actual` bytes still wait: a slow client takes data without its channel ever becoming writable in between.
    /// Writes are not told apart there, so they are taken to be as many as their share of the bytes.
    mutating func correct(actual: Int) {
        guard actual < bytes else { return }
        writes = bytes == 0 ? 0 : (writes * actual + bytes - 1) / bytes
        bytes = actual
    }

    func exceeds(_ configuration: EngineIOConfiguration) -> Bool {
        bytes > configuration.maxBufferedBytes || writes > configuration.maxBufferedPackets
    }
}
