import Foundation
import Testing

@testable import MsgKit

@Suite struct ConfigurationKeyTests {
    /// The repository's root, three directories above this file's.
    private static let example = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("config.yaml.example")

    @Test func namesAreUnique() {
        #expect(Set(ConfigurationKey.all.map(\.path)).count == ConfigurationKey.all.count)
        let variables = ConfigurationKey.all.flatMap(\.variables)
        #expect(Set(variables).count == variables.count)
    }

    @Test func namesAndVariablesHaveOneForm() {
        for key in ConfigurationKey.all {
            #expect(key.name.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil, "\(key.path)")
            #expect(key.variable == "MSGCTL_" + key.path.replacing(".", with: "_").uppercased())
            #expect(key.summary.hasSuffix("."), "\(key.path)")
        }
        let originals = Set(ConfigurationKey.all.flatMap(\.originalVariables))
        #expect(
            originals == [
                "PORT", "NODE_ENV", "MONGODB_URI", "REDIS_URL", "RABBITMQ_URL", "ELASTICSEARCH_URL", "JWT_SECRET",
                "CLIENT_URL", "LOG_LEVEL",
            ])
    }

    @Test func everyDefaultIsWithinItsOwnLimits() throws {
        for key in ConfigurationKey.all {
            let folder = try ConfigurationFolder(["config.yaml": "\(key.section):\n  \(key.name): \(key.defaultText)\n"]
            )
            #expect(try folder.load() == Configuration(), "\(key.path)")
        }
    }

    @Test func everyVariableSetsItsKey() throws {
        let folder = try ConfigurationFolder()
        for key in ConfigurationKey.all {
            for variable in key.variables {
                #expect(folder.complaints(environment: [variable: "\u{7F}"]).count == 1, "\(variable)")
            }
        }
    }

    @Test func theExampleLoadsAsTheDefaults() throws {
        let configuration = try Configuration.load(
            from: ConfigurationSources(file: Self.example.path, workingDirectory: ConfigurationFolder().path))
        #expect(configuration == Configuration())
    }

    @Test func theExampleExplainsEveryKeyThatCanBeSet() throws {
        let bytes = [UInt8](try Data(contentsOf: Self.example))
        let root = try #require(YAMLDocument(bytes, origin: ConfigurationOrigin(source: "example")).root)
        guard case .mapping(let sections) = root.content else {
            Issue.record("no sections")
            return
        }
        var marks: [String: Int] = [:]
        for section in sections {
            guard case .mapping(let entries) = section.value.content else { continue }
            for entry in entries { marks["\(section.key).\(entry.key)"] = entry.mark.line }
        }
        #expect(Set(marks.keys) == Set(ConfigurationKey.all.map(\.path)))

        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        for key in ConfigurationKey.all {
            let above = lines.prefix((marks[key.path] ?? 1) - 1).reversed()
                .prefix { $0.hasPrefix("  # ") }.reversed().map { $0.dropFirst(4) }
                .joined(separator: " ")
            #expect(above.contains(key.summary), "\(key.path)")
            #expect(above.contains("Write \(key.expects)."), "\(key.path)")
            #expect(key.variables.allSatisfy(above.contains), "\(key.path)")
        }
    }
}
