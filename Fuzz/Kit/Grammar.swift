/// What mutation should know of a target's inputs.
package struct Grammar: Sendable {
    /// Pieces that mean something to the parser.
    let tokens: [[UInt8]]
    /// Whether the inputs are websocket frames, whose fields are then changed one by one.
    let hasFrames: Bool

    package init(tokens: [String], hasFrames: Bool = false) {
        self.tokens = tokens.map { Array($0.utf8) }
        self.hasFrames = hasFrames
    }

    static let json = [
        "[", "]", "{", "}", "\"", ":", ",", "\\", "\\u", "\\ud800", "\\udc00", "\\u0000", "true", "false", "null", "-0",
        "1e400", "1.5E-3", "0.1", "[]", "{}", "\"\"", "\"a\":", " ", "\t", "\n",
        #"{"_placeholder":true,"num":0}"#, #""_placeholder":"#, #""num":"#,
    ]
}
