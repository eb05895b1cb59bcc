import Foundation

/// Known inputs of a target, one to a file that is named by what it is.
///
/// `.txt` is text as it stands, `␞` being the record separator and the last line's end not counting; `.http` is the same
/// with CRLF for each line's end, the last included; `.hex` is ``HexText``.
package struct Corpus: Sendable {
    package struct Entry: Sendable {
        package let name: String
        package let bytes: [UInt8]
    }

    package struct Unreadable: Error, CustomStringConvertible {
        package let description: String
    }

    package let entries: [Entry]

    /// - Parameter directory: holds a folder for each target.
    package init(of target: any FuzzTarget.Type, in directory: URL) throws {
        let folder = directory.appending(path: target.name)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        entries = try files.sorted { $0.lastPathComponent < $1.lastPathComponent }.map {
            Entry(name: $0.lastPathComponent, bytes: try Self.bytes(of: $0))
        }
        guard !entries.isEmpty else { throw Unreadable(description: "\(folder.path) is empty") }
    }

    package static func bytes(of file: URL) throws -> [UInt8] {
        let data = try Data(contentsOf: file)
        switch file.pathExtension {
        case "txt":
            let text = data.last == UInt8(ascii: "\n") ? data.dropLast() : data
            return replacing(Array("␞".utf8), with: [0x1e], in: Array(text))
        case "http": return replacing([0x0a], with: [0x0d, 0x0a], in: Array(data))
        case "hex":
            guard let bytes = HexText.parse(String(decoding: data, as: UTF8.self)) else {
                throw Unreadable(description: "\(file.path) is not in the form of .hex")
            }
            return bytes
        default: throw Unreadable(description: "\(file.path) is neither .txt nor .http nor .hex")
        }
    }

    private static func replacing(_ piece: [UInt8], with other: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        Array(bytes.split(separator: piece, omittingEmptySubsequences: false).joined(separator: other))
    }
}
