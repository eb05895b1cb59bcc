/// A text that must not reach a log, a complaint or a debugger's dump.
///
/// Every way of printing it gives `<secret>`; only ``reveal()`` gives the text.
public struct Secret: Sendable, Equatable {
    private let text: String

    public init(_ text: String) {
        self.text = text
    }

    /// The text itself, to be handed to whatever needs it and never printed.
    public func reveal() -> String {
        text
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<secret>" }

    public var debugDescription: String { "<secret>" }

    // Without this, `dump` and mirrors of an enclosing struct would reach the stored property.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
