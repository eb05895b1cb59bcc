/// Who wrote a message: a person, or the automatic-message pipeline in a person's name.
public enum MessageType: String, Sendable, Codable {
    case user
    case auto
}
