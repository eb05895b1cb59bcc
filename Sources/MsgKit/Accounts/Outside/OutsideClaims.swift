import JWTKit

/// What of an outside issuer's token counts. All of it is optional in a JWT; what is needed is asked for.
struct OutsideClaims: JWTPayload {
    /// `aud` is a text or a list of them.
    enum Audience: Codable, Sendable {
        case one(String)
        case several([String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .one(text)
            } else {
                self = .several(try container.decode([String].self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .one(let text): try container.encode(text)
            case .several(let texts): try container.encode(texts)
            }
        }

        func contains(_ audience: String) -> Bool {
            switch self {
            case .one(let text): text == audience
            case .several(let texts): texts.contains(audience)
            }
        }
    }

    var iss: String
    var aud: Audience
    /// Seconds since 1970, possibly with a fraction.
    var exp: Double
    var nbf: Double?
    var sub: String?
    var email: String?
    var emailIsVerified: Bool?
    var preferredUsername: String?

    private enum CodingKeys: String, CodingKey {
        case iss, aud, exp, nbf, sub, email
        case emailIsVerified = "email_verified"
        case preferredUsername = "preferred_username"
    }

    /// Nothing: ``OutsideIssuer`` compares with its clock and the configuration.
    func verify(using algorithm: some JWTAlgorithm) {}
}
