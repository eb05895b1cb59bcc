import Foundation
import MsgKit
import Synchronization
import Testing

/// The rules of ``ResponseCache``.
public enum ResponseCacheSuite {
    public static let all: [ConformanceCase<any CacheUnderTest>] = [
        .init("what was stored is found by every process, under its key alone", found),
        .init("values of any bytes come back as they were", values),
        .init("what is too long, or of too long a name, is not kept", tooLong),
        .init("an invalidated tag takes what it marks away, and nothing else", invalidated),
        .init("what was read before an invalidation is not kept after it", readBefore),
        .init("while a change is under way nothing of its tags is answered or kept", suspended),
        .init("of several changes under way each has to end", suspendedTwice),
        .init("a change that fails invalidates too, and passes its error on", failingChange),
        .init("nobody reads what is older than a change that has returned", model),
    ]

    private static let make = Fixtures(identifiers: SequentialIdentifiers(series: 7))
    private static let tag = CacheTag(rawValue: "tag")
    private static let other = CacheTag(rawValue: "other")

    private static func key(_ name: String, user: User.ID? = nil) -> CacheKey { CacheKey(user: user, name: name) }

    private static func value(
        _ backend: any CacheUnderTest, _ key: CacheKey, _ tags: CacheTag...
    ) async -> String? {
        guard case .hit(let data) = await backend.cache.lookup(key, tags: tags) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    private static func ticket(
        _ backend: any CacheUnderTest, _ key: CacheKey, _ tags: CacheTag...
    ) async throws -> CacheTicket {
        guard case .miss(let ticket?) = await backend.cache.lookup(key, tags: tags) else {
            throw MsgError(.internalError, "There is no ticket.")
        }
        return ticket
    }

    private static func mayNotBeKept(
        _ backend: any CacheUnderTest, _ key: CacheKey, _ tags: CacheTag...
    ) async -> Bool {
        if case .miss(nil) = await backend.cache.lookup(key, tags: tags) { true } else { false }
    }

    private static func found(_ backend: any CacheUnderTest) async throws {
        let elsewhere = try await backend.another()
        let (anna, bert) = (make.id(User.self), make.id(User.self))
        let keys = [key("a"), key("b"), key("a", user: anna), key("a", user: bert), key("*:\u{0}\r\n ä")]
        for (number, key) in keys.enumerated() {
            #expect(await value(backend, key, tag) == nil)
            await backend.cache.store(Data("value \(number)".utf8), for: try await ticket(backend, key, tag))
        }
        for (number, key) in keys.enumerated() {
            #expect(await value(backend, key, tag) == "value \(number)")
            #expect(await value(elsewhere, key, tag) == "value \(number)")
        }
    }

    private static func values(_ backend: any CacheUnderTest) async throws {
        for (number, data) in [Data(), Data([0, 10, 13, 255]), Data(repeating: 10, count: 100_000)].enumerated() {
            let key = key("value \(number)")
            await backend.cache.store(data, for: try await ticket(backend, key, tag))
            guard case .hit(let found) = await backend.cache.lookup(key, tags: [tag]) else {
                Issue.record("value \(number) is not there")
                continue
            }
            #expect(found == data)
        }
    }

    private static func tooLong(_ backend: any CacheUnderTest) async throws {
        let ticket = try await ticket(backend, key("long"), tag)
        await backend.cache.store(Data(repeating: 1, count: 8 * 1_024 * 1_024), for: ticket)
        #expect(await value(backend, key("long"), tag) == nil)
        let name = String(repeating: "n", count: CacheKey.maximumName + 1)
        #expect(await mayNotBeKept(backend, key(name), tag))
    }

    private static func invalidated(_ backend: any CacheUnderTest) async throws {
        let elsewhere = try await backend.another()
        func fill() async throws {
            for (name, tags) in [("one", [tag]), ("both", [tag, other]), ("other", [other])] {
                guard case .miss(let ticket?) = await backend.cache.lookup(key(name), tags: tags) else { continue }
                await backend.cache.store(Data(name.utf8), for: ticket)
            }
        }
        for invalidating in [backend, elsewhere] {
            try await fill()
            try await invalidating.cache.invalidate([tag], ending: nil)
            for place in [backend, elsewhere] {
                #expect(await value(place, key("one"), tag) == nil)
                #expect(await value(place, key("both"), tag, other) == nil)
                #expect(await value(place, key("other"), other) == "other")
            }
        }
        try await fill()
        #expect(await value(elsewhere, key("both"), tag, other) == "both", "it is kept again")
    }

    private static func readBefore(_ backend: any CacheUnderTest) async throws {
        let elsewhere = try await backend.another()
        let old = try await ticket(backend, key("a"), tag)
        try await elsewhere.cache.invalidate([tag], ending: nil)
        await backend.cache.store(Data("old".utf8), for: old)
        #expect(await value(backend, key("a"), tag) == nil)
        #expect(await value(elsewhere, key("a"), tag) == nil)
        // The same with what is there again under new generations.
        await backend.cache.store(Data("new".utf8), for: try await ticket(backend, key("a"), tag))
        #expect(await value(elsewhere, key("a"), tag) == "new")
    }

    private static func suspended(_ backend: any CacheUnderTest) async throws {
        let elsewhere = try await backend.another()
        await backend.cache.store(Data("old".utf8), for: try await ticket(backend, key("a"), tag))
        let old = try await ticket(backend, key("b"), tag)
        let suspension = try await backend.cache.suspend([tag])
        #expect(suspension.protects)
        await elsewhere.cache.store(Data("old".utf8), for: old)
        for place in [backend, elsewhere] {
            #expect(await mayNotBeKept(place, key("a"), tag))
            #expect(await mayNotBeKept(place, key("b"), other, tag))
        }
        try await backend.cache.invalidate([tag], ending: suspension)
        for place in [backend, elsewhere] {
            #expect(await value(place, key("a"), tag) == nil)
            #expect(await value(place, key("b"), tag) == nil)
        }
        await elsewhere.cache.store(Data("new".utf8), for: try await ticket(elsewhere, key("a"), tag))
        #expect(await value(backend, key("a"), tag) == "new")
    }

    private static func suspendedTwice(_ backend: any CacheUnderTest) async throws {
        let elsewhere = try await backend.another()
        let first = try await backend.cache.suspend([tag])
        let second = try await elsewhere.cache.suspend([tag, other])
        try await backend.cache.invalidate([tag], ending: first)
        #expect(await mayNotBeKept(backend, key("a"), tag))
        try await backend.cache.invalidate([tag], ending: first)
        #expect(await mayNotBeKept(backend, key("a"), tag), "ending twice ends no other")
        try await elsewhere.cache.invalidate([tag, other], ending: second)
        _ = try await ticket(backend, key("a"), tag, other)
    }

    private static func failingChange(_ backend: any CacheUnderTest) async throws {
        for isStrict in [true, false] {
            await backend.cache.store(Data("old".utf8), for: try await ticket(backend, key("\(isStrict)"), tag))
            await expectError(.conflict, when: "the change fails") {
                let change = { () async throws in throw MsgError(.conflict, "No.") }
                if isStrict {
                    try await backend.cache.changingStrictly([tag], change)
                } else {
                    try await backend.cache.changing([tag], change)
                }
            }
            _ = try await ticket(backend, key("\(isStrict)"), tag)
        }
    }

    /// Writers count up a record that readers read through the cache.
    private static func model(_ backend: any CacheUnderTest) async throws {
        let elsewhere = try await backend.another()
        let places = [backend, elsewhere]
        let record = Mutex(0)
        /// What changes have returned for.
        let acknowledged = Mutex(0)
        let hits = Mutex(0)
        let writers = 3
        _ = try await concurrently(12) { number in
            let cache = places[number % 2].cache
            if number < writers {
                for round in 0..<60 {
                    let change = { () async throws -> Int in
                        await Task.yield()
                        return record.withLock { record in
                            record += 1
                            return record
                        }
                    }
                    let written =
                        round % 2 == 0
                        ? try await cache.changing([tag], change) : try await cache.changingStrictly([tag], change)
                    acknowledged.withLock { $0 = max($0, written) }
                    for _ in 0..<20 { await Task.yield() }
                }
            } else {
                for _ in 0..<300 {
                    let newest = acknowledged.withLock { $0 }
                    switch await cache.lookup(key("record"), tags: [other, tag]) {
                    case .hit(let data):
                        let read = Int(String(decoding: data, as: UTF8.self)) ?? -1
                        #expect(read >= newest)
                        hits.withLock { $0 += 1 }
                    case .miss(let ticket):
                        let read = record.withLock { $0 }
                        await Task.yield()
                        if let ticket { await cache.store(Data("\(read)".utf8), for: ticket) }
                    }
                }
            }
        }
        #expect(hits.withLock { $0 } > 0, "something was answered from the cache")
    }
}
