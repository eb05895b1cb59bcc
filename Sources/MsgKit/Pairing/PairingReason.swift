/// Why people are paired with each other.
public enum PairingReason: String, Sendable, CaseIterable, Codable {
    /// They were drawn so.
    case drawn
    /// Drawn pairs exchanged partners, as some of them had met lately or were not to meet.
    case exchanged
    /// They met lately; there was no other choice.
    case repeated
}
