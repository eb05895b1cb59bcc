import Testing

@testable import EngineIO

struct EngineIOQueryTests {
    @Test(arguments: [
        ("/socket.io/?EIO=4&transport=polling", ["EIO": "4", "transport": "polling"]),
        ("/socket.io/?a=1&a=2&b&=c&&d=", ["a": "1", "b": "", "": "c", "d": ""]),
        ("/socket.io/?t%6Fken=a%2Bb+c%26d%3De%C3%A9", ["token": "a+b c&d=eé"]),
        ("/socket.io/?a=%2&b=%&c=%zz&d=%ff+%c3", ["a": "%2", "b": "%", "c": "%zz", "d": "%ff %c3"]),
        ("/socket.io/", [:]), ("/socket.io/?", [:]), ("/socket.io/??a=1?b=2", ["?a": "1?b=2"]),
    ])
    func parametersAreRead(target: String, parameters: [String: String]) {
        #expect(EngineIOQuery(target: target).parameters == parameters)
        #expect(EngineIOQuery(target: target).isPath("/socket.io"))
    }

    /// A mark that combines with the character before it leaves a separator a separator.
    @Test func separatorsAreBytes() {
        let query = EngineIOQuery(target: "/socket.io/?\u{301}a=\u{301}1&\u{301}b=2")
        #expect(query.isPath("/socket.io/"))
        #expect(query.parameters == ["\u{301}a": "\u{301}1", "\u{301}b": "2"])
    }

    @Test func aByteOrderMarkIsACharacter() {
        #expect(EngineIOQuery(target: "/?a=%EF%BB%BFx").parameters == ["a": "\u{feff}x"])
    }

    @Test func parametersAreBounded() {
        let many = (0..<200).map { "p\($0)=1" }.joined(separator: "&")
        #expect(EngineIOQuery(target: "/?" + many).parameters.count == EngineIOQuery.maxParameters)
    }
}
