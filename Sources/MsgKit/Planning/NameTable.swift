/// Names by number, in one buffer: a million of them as values of their own would take three times the memory.
struct NameTable: Sendable {
    private var bytes: [UInt8] = []
    /// Where each name ends.
    private var ends: [Int] = []

    mutating func append(_ name: String) {
        bytes.append(contentsOf: name.utf8)
        ends.append(bytes.count)
    }

    subscript(_ number: Int) -> String {
        String(decoding: bytes[(number == 0 ? 0 : ends[number - 1])..<ends[number]], as: UTF8.self)
    }
}
