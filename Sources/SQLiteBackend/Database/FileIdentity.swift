import Foundation

/// Which file a path leads to, whatever its name.
struct FileIdentity: Sendable, Equatable {
    private let device: Int
    private let number: Int

    /// Nil when there is none.
    init?(path: String) {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let device = attributes[.systemNumber] as? NSNumber, let number = attributes[.systemFileNumber] as? NSNumber
        else { return nil }
        self.device = device.intValue
        self.number = number.intValue
    }
}
