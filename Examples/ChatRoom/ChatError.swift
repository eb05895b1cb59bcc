/// What a client is told that it did wrong.
struct ChatError: Error {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}
