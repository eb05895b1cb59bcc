/// That this process has a data directory open.
struct DirectoryHolding: Sendable {
    let registry: ProcessRegistry
    /// This process's entry among those that have the directory open.
    let entry: LockFile
    /// Held shared, so that nobody changes the schema meanwhile.
    let lock: LockFile

    func leave() {
        registry.leave(entry)
        lock.unlock()
    }
}
