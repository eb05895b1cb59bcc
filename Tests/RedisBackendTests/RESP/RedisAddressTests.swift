import MsgKit
import Testing

@testable import RedisBackend

struct RedisAddressTests {
    @Test func parts() throws {
        let plain = try RedisAddress("redis://cache.example")
        #expect((plain.host, plain.port, plain.database) == ("cache.example", 6379, 0))
        #expect(plain.user == nil && plain.password == nil && !plain.isTLS)
        let full = try RedisAddress("REDISS://anna:p%40ss%2F@[::1]:7000/12")
        #expect((full.host, full.port, full.database, full.isTLS) == ("::1", 7000, 12, true))
        #expect((full.user, full.password) == ("anna", "p@ss/"))
        #expect(full.hostAndPort == "[::1]:7000")
        #expect(try RedisAddress("redis://:secret@h/").password == "secret")
    }

    @Test(arguments: [
        "", "h", "redis://", "http://h", "redis://h/x", "redis://h/-1", "redis://h/1/2", "redis://h:0",
        "redis://h:70000",
        "redis://user@h", "redis://h/1?x=y", "redis://h/#f", "redis://:sec ret@h:x",
    ])
    func refused(_ url: String) {
        do {
            _ = try RedisAddress(url)
            Issue.record("it was taken")
        } catch {
            #expect((error as? MsgError)?.code == .configuration)
            #expect(!String(reflecting: error).contains("ret@"), "an address may hold a password")
        }
    }
}
