import Foundation

/// A part of what a plan keeps of its users: what became of each, in ascending order of their ids.
///
/// The chunks of a plan, numbered from 0, hold every user of its pool once. They are the history that later plans avoid
/// repeats by, and what a plan is shown from.
public struct PlanChunk: Sendable, Equatable {
    /// The most users of one chunk.
    public static let maximumUsers = 5_000

    private static let idLength = 12
    private static let placeLength = 4

    public var number: Int
    public var users: [User.ID]
    /// Of each user.
    public var places: [PlanPlace]

    public init(number: Int, users: [User.ID], places: [PlanPlace]) {
        self.number = number
        self.users = users
        self.places = places
    }

    /// A chunk as it is stored; nil when the bytes are not those of a chunk.
    public init?(number: Int, users userBytes: Data, places placeBytes: Data) {
        let count = userBytes.count / Self.idLength
        guard userBytes.count == count * Self.idLength, placeBytes.count == count * Self.placeLength else { return nil }
        self.number = number
        users = userBytes.withUnsafeBytes { bytes in
            (0..<count).map { index in
                let start = index * Self.idLength
                return User.ID(
                    high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)),
                    low: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt32.self)))
            }
        }
        places = placeBytes.withUnsafeBytes { bytes in
            (0..<count).map { index in
                let start = index * Self.placeLength
                return PlanPlace(
                    rawValue: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self)))
            }
        }
        guard isWhole else { return nil }
    }

    /// Whether every user has a place, the ids ascend, and there are as many as a chunk may hold, one at least.
    public var isWhole: Bool {
        (1...Self.maximumUsers).contains(users.count) && places.count == users.count
            && zip(users, users.dropFirst()).allSatisfy { $0 < $1 }
    }

    /// Twelve bytes for each user.
    public var userBytes: Data {
        var bytes = Data(capacity: users.count * Self.idLength)
        for user in users {
            withUnsafeBytes(of: user.high.bigEndian) { bytes.append(contentsOf: $0) }
            withUnsafeBytes(of: user.low.bigEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// Four bytes for each user, most significant first.
    public var placeBytes: Data {
        var bytes = Data(capacity: places.count * Self.placeLength)
        for place in places { withUnsafeBytes(of: place.rawValue.bigEndian) { bytes.append(contentsOf: $0) } }
        return bytes
    }
}
