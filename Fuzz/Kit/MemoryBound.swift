import Foundation

/// Watches that a run of many inputs leaves nothing behind.
struct MemoryBound {
    /// Far more than one input needs, far less than a leak of each would come to.
    static let growth = 256 * 1024 * 1024

    private let before = Self.residentBytes()

    func check() throws(BrokenInvariant) {
        guard let before, let now = Self.residentBytes() else { return }
        try require(now - before <= Self.growth, "the process has grown by \((now - before) >> 20) MiB")
    }

    /// nil where there is no /proc.
    private static func residentBytes() -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? Int(fields[1]).map { $0 * 4096 } : nil
    }
}
