import Foundation
import Logging
import MsgKit

/// Writes each log message as one line to standard error or a file, as text or as JSON. Nothing that is logged can begin a line
/// of its own or move the cursor.
struct LineLogHandler: LogHandler {
    let label: String
    let format: Configuration.Log.Format
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    /// Whether engines that can't be used are told of; else only to whoever looks for details.
    private let tellsOutages: Bool
    /// nil: standard error.
    private let file: LogFile?

    init(
        label: String, format: Configuration.Log.Format, level: Logger.Level, tellsOutages: Bool = true,
        file: LogFile? = nil, metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.label = label
        self.format = format
        self.tellsOutages = tellsOutages
        self.file = file
        self.metadataProvider = metadataProvider
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard tellsOutages || event.source != Logger.outages || logLevel <= .debug else { return }
        var all = metadata.merging(metadataProvider?.get() ?? [:]) { _, provided in provided }
        all.merge(event.metadata ?? [:]) { _, own in own }
        let line =
            switch format {
            case .text: text(event, all)
            case .json: json(event, all)
            }
        // One write per line, so that lines of several threads don't mix.
        if let file { file.write(line + "\n") } else { StandardStream.error.write(line + "\n") }
    }

    private func text(_ event: LogEvent, _ metadata: Logger.Metadata) -> String {
        var line = "\(Date().iso8601) \(event.level.rawValue) \(label): \(Self.escaped("\(event.message)"))"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " \(Self.escaped(key))=\(Self.quoted(Self.escaped("\(value)")))"
        }
        return line
    }

    private func json(_ event: LogEvent, _ metadata: Logger.Metadata) -> String {
        let record = Record(
            time: Date().iso8601, level: event.level.rawValue, logger: label, message: "\(event.message)",
            metadata: metadata.mapValues { "\($0)" })
        let encoder = JSONEncoder.msgctl()
        encoder.outputFormatting.insert(.sortedKeys)
        guard let data = try? encoder.encode(record) else { return text(event, metadata) }
        return Self.escapedInJSON(String(decoding: data, as: UTF8.self))
    }

    private struct Record: Encodable {
        var time: String
        var level: String
        var logger: String
        var message: String
        var metadata: [String: String]
    }

    /// JSON lets through what only moves a terminal's cursor or turns text around; all of it stands in strings.
    private static func escapedInJSON(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: \.isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            guard scalar.isControl else { return result.unicodeScalars.append(scalar) }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
    }

    /// A value that could be taken for more than one, or for another pair, stands in quotes.
    private static func quoted(_ text: String) -> String {
        guard text.isEmpty || text.contains(where: { $0 == " " || $0 == "=" || $0 == "\"" }) else { return text }
        return "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    private static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: \.isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            if scalar.isControl {
                result += scalar.escaped(asASCII: true)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format: true
        default: false
        }
    }
}
