/// What the engine answered.
struct HTTPAnswer: Sendable {
    var status: Int
    var body: [UInt8]

    var isSuccess: Bool { (200..<300).contains(status) }
}
