import Foundation
import MsgKit
import Testing

/// How a plan's users are kept. What is stored once must be read by every later version.
@Suite struct PlanChunkTests {
    @Test func placesKeepTheirCodes() {
        let codes: [(PlanPlace, UInt32)] = [
            (.inPairing(0, role: 0, .drawn), 0), (.inPairing(0, role: 1, .exchanged), 0b0101),
            (.inPairing(1, role: 2, .repeated), 0b1_1010), (.inPairing((1 << 27) - 1, role: 0, .drawn), 0x7fff_fff0),
            (.leftOut(.deactivated), 0x8000_0000), (.leftOut(.optedOut), 0x8000_0001),
            (.leftOut(.paused), 0x8000_0002), (.leftOut(.weeklyLimit), 0x8000_0003),
            (.leftOut(.plannedElsewhere), 0x8000_0004), (.leftOut(.rest), 0x8000_0005),
            (.leftOut(.excluded), 0x8000_0006), (.leftOut(.alone), 0x8000_0007),
        ]
        for (place, code) in codes { #expect(place.rawValue == code) }
    }

    @Test func aPlaceIsAPairingOrACauseOrDamaged() throws {
        for cause in LeftOut.Cause.allCases {
            #expect(PlanPlace.leftOut(cause).cause == cause)
            #expect(PlanPlace.leftOut(cause).pairing == nil)
        }
        for reason in PairingReason.allCases {
            for role in 0..<3 {
                let place = PlanPlace.inPairing(77, role: role, reason)
                let pairing = try #require(place.pairing)
                #expect(pairing == (77, role, reason))
                #expect(place.cause == nil)
            }
        }
        for damaged in [UInt32.max, 0x8000_0008, 0b0011, 0b1100] {
            let place = PlanPlace(rawValue: damaged)
            #expect(place.pairing == nil && place.cause == nil)
        }
    }

    @Test func theBytesAreReadBack() throws {
        let users = [User.ID(high: 1, low: 2), User.ID(high: 1, low: .max), User.ID(high: .max, low: 0)]
        let chunk = PlanChunk(
            number: 3, users: users, places: [.leftOut(.rest), .inPairing(9, role: 1, .drawn), .leftOut(.alone)])
        #expect(Array(chunk.userBytes.prefix(12)) == [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2])
        #expect(Array(chunk.placeBytes.prefix(4)) == [0x80, 0, 0, 5])
        #expect(PlanChunk(number: 3, users: chunk.userBytes, places: chunk.placeBytes) == chunk)
        // A part of another value begins at another index.
        let inside = (Data([9]) + chunk.userBytes).dropFirst()
        #expect(PlanChunk(number: 3, users: inside, places: chunk.placeBytes) == chunk)
    }

    @Test func otherBytesAreNoChunk() {
        let users = [User.ID(high: 1, low: 2), User.ID(high: 1, low: 3)]
        let chunk = PlanChunk(number: 0, users: users, places: [.leftOut(.rest), .leftOut(.alone)])
        let swapped = PlanChunk(number: 0, users: users.reversed(), places: chunk.places)
        for (users, places) in [
            (Data(), Data()), (chunk.userBytes.dropLast(), chunk.placeBytes),
            (chunk.userBytes, chunk.placeBytes.dropLast()),
            (chunk.userBytes.dropLast(12), chunk.placeBytes), (swapped.userBytes, swapped.placeBytes),
        ] {
            #expect(PlanChunk(number: 0, users: users, places: places) == nil)
        }
    }
}
