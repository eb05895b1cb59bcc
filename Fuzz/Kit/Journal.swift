import Foundation

/// A file that holds the input under way, so that it is known after the process has trapped.
///
/// It is written before each input and survives the process, not the machine.
package struct Journal {
    package let url: URL
    private let file: FileHandle

    package init(at url: URL) throws {
        guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
            throw Corpus.Unreadable(description: "\(url.path) cannot be written")
        }
        self.url = url
        file = try FileHandle(forUpdating: url)
    }

    package func write(index: Int, input: [UInt8]) throws {
        var record: [UInt8] = []
        record.reserveCapacity(input.count + 16)
        for word in [UInt64(index), UInt64(input.count)] {
            withUnsafeBytes(of: word.littleEndian) { record += $0 }
        }
        try file.seek(toOffset: 0)
        try file.write(contentsOf: record + input)
    }

    /// The input under way when its process ended; nil when there was none.
    package static func read(_ url: URL) -> (index: Int, input: [UInt8])? {
        guard let data = try? Data(contentsOf: url), data.count >= 16 else { return nil }
        let words = [0, 8].map { start in
            data[start..<(start + 8)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        let length = Int(words[1])
        guard data.count >= 16 + length else { return nil }
        return (Int(words[0]), Array(data[16..<(16 + length)]))
    }
}
