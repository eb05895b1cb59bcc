import Logging
import Testing

@testable import MsgKit

/// The forms that single values may take.
@Suite struct ConfigurationValueTests {
    private func read<Value>(_ text: String, _ syntax: ValueSyntax<Value>) -> Value? {
        try? syntax.read(ConfigurationInput(.text(text), .environment))
    }

    @Test(arguments: [
        ("250ms", Duration.milliseconds(250)), ("5s", .seconds(5)), ("15m", .seconds(900)), ("2h", .seconds(7200)),
        ("30d", .seconds(2_592_000)), ("0s", .zero), ("005s", .seconds(5)),
    ])
    func aDuration(text: String, duration: Duration) {
        #expect(read(text, .duration(.zero ... .seconds(86_400 * 365))) == duration)
    }

    @Test(arguments: [
        "", "5", "s", "5 s", "-5s", "+5s", "1.5s", "5S", "1h30m", "5s ", "99999999999999999999d", "٣s", "5µs",
    ])
    func notADuration(text: String) {
        #expect(read(text, .duration(.zero ... .seconds(86_400 * 365))) == nil)
    }

    @Test func limitsOfADurationBelongToIt() {
        let syntax = ValueSyntax.duration(.seconds(1) ... .seconds(60))
        #expect(read("999ms", syntax) == nil)
        #expect(read("1s", syntax) == .seconds(1))
        #expect(read("1m", syntax) == .seconds(60))
        #expect(read("61s", syntax) == nil)
    }

    @Test(arguments: [
        ("4096", 4096), ("100B", 100), ("1KB", 1000), ("100KiB", 102_400), ("1MB", 1_000_000), ("1MiB", 1_048_576),
        ("1GiB", 1_073_741_824), ("0", 0),
    ])
    func aSize(text: String, bytes: Int) {
        #expect(read(text, .size(0...1 << 30)) == bytes)
    }

    @Test(arguments: [
        "", "1kb", "1K", "1 MiB", "-1", "1.5MiB", "2GiB", "99999999999999999999", "9223372036854775807KiB", "0x10",
    ])
    func notASize(text: String) {
        #expect(read(text, .size(0...1 << 30)) == nil)
    }

    @Test(arguments: ["00:00", "09:05", "23:59", "23:59:59"])
    func aTimeOfDay(text: String) throws {
        let time = try #require(TimeOfDay(text))
        #expect(time.description == text)
    }

    @Test(arguments: [
        "", "9:00", "24:00", "12:60", "12:00:60", "12", "12:00:00:00", "12:0", "-1:00", "1２:00", ":", "::",
    ])
    func notATimeOfDay(text: String) {
        #expect(TimeOfDay(text) == nil)
    }

    @Test func timesOfDayAreOrdered() throws {
        #expect(try #require(TimeOfDay("09:00")) < #require(TimeOfDay("09:00:01")))
        #expect(TimeOfDay(hour: 1, minute: 2, second: 3)?.secondsSinceMidnight == 3723)
        #expect(TimeOfDay(hour: 24, minute: 0) == nil)
    }

    @Test(arguments: [
        ("*", "*"), ("https://Chat.Example.com", "https://chat.example.com"), ("http://a:80", "http://a"),
        ("https://a:443/", "https://a"), ("https://a:80", "https://a:80"), ("http://[::1]:3000", "http://[::1]:3000"),
        ("HTTP://a", "http://a"),
    ])
    func anOrigin(text: String, origin: String) {
        #expect(read(text, .origin) == origin)
    }

    @Test(arguments: [
        "", "a", "a.com:80", "http://", "http://a/b", "http://a?b", "http://a#b", "http://u@a", "ftp://a", "http://a:0",
        "http://a:65536", "http://a:+1", "http://a b", "http://a,b", "null", "http://*.a", "http://é", "http://[]:1",
        "http://a:", "://a",
    ])
    func notAnOrigin(text: String) {
        #expect(read(text, .origin) == nil)
    }

    @Test(arguments: [
        "mongodb://localhost", "mongodb://u:p%40@a:27017,b:27018/db?replicaSet=r",
        "mongodb+srv://cluster.example.com/db",
    ])
    func aMongoDBAddress(text: String) {
        #expect(read(text, .engineURL(["mongodb", "mongodb+srv"], severalHosts: true)) == Secret(text))
    }

    @Test(arguments: [
        ("warn", Logger.Level.warning), ("verbose", .debug), ("silly", .trace), ("http", .info), ("ERROR", .error),
        ("notice", .notice), ("critical", .critical), ("trace", .trace),
    ])
    func aLogLevel(text: String, level: Logger.Level) {
        #expect(read(text, .logLevel) == level)
    }

    @Test(arguments: [
        "UTC", "GMT", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+3", "Asia/Calcutta", "Turkey",
    ])
    func aTimeZone(name: String) {
        #expect(read(name, .timeZone) == name)
    }

    @Test(arguments: [
        "", "Nowhere", "../../etc/passwd", "Europe/Berlin\n", "Zürich", "GMT+3", "UTC+3", "PST",
        String(repeating: "A", count: 100_000),
    ])
    func notATimeZone(name: String) {
        #expect(read(name, .timeZone) == nil)
    }

    @Test func aTemplateIsTrimmedAndMeasuredWithLongNames() {
        #expect(read(" Hi {receiver}\u{3000}", .messageTemplate)?.text == "Hi {receiver}")
        #expect(read(" \n ", .messageTemplate)?.text == nil)
        let plain = String(repeating: "x", count: 1000)
        #expect(read(plain, .messageTemplate)?.text == plain)
        #expect(read(plain + "x", .messageTemplate)?.text == nil)
        #expect(read("{sender}" + String(repeating: "x", count: 970), .messageTemplate)?.text != nil)
        #expect(read("{sender}" + String(repeating: "x", count: 971), .messageTemplate)?.text == nil)
        #expect(read("{}", .messageTemplate)?.text == nil)
        #expect(read("a\u{7}b", .messageTemplate)?.text == nil)
        #expect(read("a\nb", .messageTemplate)?.text == "a\nb")
        #expect(read("a {1} b", .messageTemplate)?.text == "a {1} b")
    }

    @Test func anAddressToListenOn() {
        for text in ["127.0.0.1", "::", "fe80::1%eth0", "localhost", "chat-1.example.com"] {
            #expect(read(text, .listenAddress) == text)
        }
        for text in ["", "a b", "a/b", "a\n", String(repeating: "a", count: 256), "é"] {
            #expect(read(text, .listenAddress) == nil)
        }
    }

    @Test func suggestionsAreNearOrNone() {
        let names = ["port", "host", "max_body"]
        #expect(Suggestion.nearest(to: "prot", among: names) == "port")
        #expect(Suggestion.nearest(to: "maxBody", among: names) == "max_body")
        #expect(Suggestion.nearest(to: "MAX-BDOY", among: names) == "max_body")
        #expect(Suggestion.nearest(to: "colour", among: names) == nil)
        #expect(Suggestion.nearest(to: "", among: names) == nil)
        #expect(Suggestion.nearest(to: String(repeating: "p", count: 1_000_000), among: names) == nil)
    }
}
