/// A dictionary that forgets what was not used for long when it is full. Using, keeping and forgetting take constant time.
///
/// It holds two generations: what is used moves to the newer one; when that is full it becomes the older one, and what
/// was in that is forgotten.
struct RecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let generationSize: Int
    private var newer: [Key: Value] = [:]
    private var older: [Key: Value] = [:]

    /// - Parameter maximumCount: at least half of it is kept.
    init(maximumCount: Int) {
        generationSize = max(maximumCount / 2, 1)
    }

    var count: Int { newer.count + older.count }

    /// What is kept under a key, which counts as used now.
    mutating func value(_ key: Key) -> Value? {
        if let value = newer[key] { return value }
        guard let value = older.removeValue(forKey: key) else { return nil }
        keep(value, for: key)
        return value
    }

    mutating func keep(_ value: Value, for key: Key) {
        older[key] = nil
        newer[key] = value
        guard newer.count >= generationSize else { return }
        older = newer
        newer = [:]
    }
}
