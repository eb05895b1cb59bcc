import Foundation
import Testing

@testable import MsgKit

/// Garbage gives complaints, never a trap. The seed is printed; FUZZ_SEED repeats a run.
@Suite struct ConfigurationFuzzTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let seed =
        ProcessInfo.processInfo.environment["FUZZ_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)

    private static let pieces = [
        "server", "port", "auth", "jwt_secret", "schedule", "templates", "pools", "worker", "retry_delays", ":", ": ",
        "\n",
        "\n  ",
        "- ", "[", "]", "{", "}", ",", "&a", "*a", "!t", "!!str ", "|", ">", "'", "\"", "\\", "#", "?", "---\n",
        "...\n",
        "%YAML 1.1\n", "\t", "\0", "\r", "~", "null", "5s", "1MiB", "é", "\u{202E}", "<<", "=", "export ", "A", "PORT",
        "MSGCTL_X", "{sender}", "\u{FEFF}", "\\x", "\\uD800", "0x", "99999999999999999999",
    ].map { Array($0.utf8) }

    private static func garbage(_ generator: inout Generator, base: [UInt8]) -> [UInt8] {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0:
            return (0..<Int.random(in: 0..<200, using: &generator)).map { _ in
                .random(in: 0 ... .max, using: &generator)
            }
        case 1:
            return (0..<Int.random(in: 0..<60, using: &generator))
                .flatMap { _ in pieces.randomElement(using: &generator) ?? [] }
        default:
            var bytes = base
            for _ in 0..<Int.random(in: 1..<8, using: &generator) {
                let at = Int.random(in: 0...bytes.count, using: &generator)
                let end = min(bytes.count, at + Int.random(in: 0..<20, using: &generator))
                bytes.replaceSubrange(at..<end, with: pieces.randomElement(using: &generator) ?? [])
            }
            return bytes
        }
    }

    private static let base = Array(
        ("server:\n  port: 1\n  client_urls: [http://a]\nauth:\n  jwt_secret: null\nworker:\n  retry_delays:\n    - 5s\n"
            + "pools:\n  night:\n    plan: '@daily'\n").utf8)

    @Test func filesOfGarbage() throws {
        print("FUZZ_SEED=\(Self.seed)")
        var generator = Generator(state: Self.seed)
        let folder = try ConfigurationFolder()
        for round in 0..<3000 {
            try folder.write(Self.garbage(&generator, base: Self.base), to: "config.yaml")
            try folder.write(Self.garbage(&generator, base: Array("PORT=1\nexport A='b'\n".utf8)), to: ".env")
            for complaint in folder.complaints() {
                #expect(
                    !complaint.unicodeScalars.contains { $0.properties.generalCategory == .control },
                    "seed \(Self.seed) round \(round)")
            }
        }
    }

    @Test func valuesOfGarbage() throws {
        print("FUZZ_SEED=\(Self.seed)")
        var generator = Generator(state: Self.seed)
        for _ in 0..<200 {
            var configuration = Configuration()
            for key in ConfigurationKey.all {
                let text = String(decoding: Self.garbage(&generator, base: Array(key.defaultText.utf8)), as: UTF8.self)
                try? key.assign(ConfigurationInput(.text(text), .environment), &configuration)
            }
        }
    }
}
