/// How tokens are signed, by the names of RFC 7518 and RFC 8037. A key has one, and a token that names another is refused.
public enum TokenAlgorithm: String, Sendable, Codable {
    case hs256 = "HS256"
    case eddsa = "EdDSA"
    case es256 = "ES256"
    case rs256 = "RS256"
}
