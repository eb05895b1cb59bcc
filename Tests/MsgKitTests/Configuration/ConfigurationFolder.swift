import Foundation

@testable import MsgKit

/// A temporary directory with configuration files, gone with the value that holds it.
final class ConfigurationFolder: Sendable {
    let path: String

    init(_ files: [String: String] = [:]) throws {
        path = FileManager.default.temporaryDirectory.path + "/msgctl-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try write(Array(text.utf8), to: name) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    /// Sources that see this directory only.
    func sources(
        file: String? = nil, environmentFile: String? = nil, environment: [String: String] = [:],
        flags: [String: String] = [:]
    ) -> ConfigurationSources {
        ConfigurationSources(
            file: file, environmentFile: environmentFile, workingDirectory: path, systemFile: path + "/etc.yaml",
            environment: environment, flags: flags)
    }

    func load(
        file: String? = nil, environmentFile: String? = nil, environment: [String: String] = [:],
        flags: [String: String] = [:]
    ) throws(ConfigurationError) -> Configuration {
        try Configuration.load(
            from: sources(file: file, environmentFile: environmentFile, environment: environment, flags: flags))
    }

    /// The complaints as printed; empty when the configuration loads.
    func complaints(
        file: String? = nil, environmentFile: String? = nil, environment: [String: String] = [:],
        flags: [String: String] = [:]
    ) -> [String] {
        do throws(ConfigurationError) {
            _ = try load(file: file, environmentFile: environmentFile, environment: environment, flags: flags)
            return []
        } catch {
            return error.complaints.map(\.description)
        }
    }

    /// The complaints about a `config.yaml`.
    static func complaints(yaml: String) throws -> [String] {
        try ConfigurationFolder(["config.yaml": yaml]).complaints()
    }
}
