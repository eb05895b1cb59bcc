import Foundation
import JWTKit
import MsgKit
import Testing

struct PublicKeyTextTests {
    /// Keys as other programs write them; the same ones are used nowhere.
    private static let keys = [
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm8rOZqf0lQ5m5mC0GdQ9mGfW3Ck3mY1rXn0Yb6TzVx ada@example.org",
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGm8",
        "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t",
        "restrict,pty ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDabc",
        "chat.example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm8rOZqf0lQ5m5mC0GdQ9mG",
        "AAAAC3NzaC1lZDI1NTE5AAAAIGm8rOZqf0lQ5m5mC0GdQ9mGfW3Ck3mY1rXn0Yb6TzVx",
        "---- BEGIN SSH2 PUBLIC KEY ----\nAAAAC3NzaC1lZDI1NTE5AAAAIGm8\n---- END SSH2 PUBLIC KEY ----",
        #"{"kty":"OKP","crv":"Ed25519","x":"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq"}"#,
        #" [{"kty":"OKP","crv":"Ed25519","x":"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq"}]"#,
        "untrusted comment: minisign public key 1234567890ABCDEF\nRWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3",
    ]

    /// Of 2,048 bits.
    private static let modulus = "80" + String(repeating: "hRzHYiCpY", count: 37) + "NJotdZw"

    @Test(arguments: keys)
    func whatOthersWriteIsOne(text: String) {
        #expect(PublicKeyText.isOne(text))
        #expect(PublicKeyText.isOne(text + "\n"))
    }

    @Test func aPEMWithoutItsFirstAndLastLineIsOne() throws {
        let pems = [
            try EdDSA.PrivateKey(curve: .ed25519).publicKey.pemRepresentation,
            ES256PrivateKey().publicKey.pemRepresentation,
            try Insecure.RSA.PublicKey(modulus: Self.modulus, exponent: "AQAB").pemRepresentation,
        ]
        for pem in pems {
            let lines = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }
            #expect(PublicKeyText.isOne(lines.joined()), "\(lines)")
            let ofURLs = lines.joined().replacing("+", with: "-").replacing("/", with: "_").filter { $0 != "=" }
            #expect(PublicKeyText.isOne(ofURLs), "in the alphabet of URLs")
            #expect(!PublicKeyText.isOne(String(lines.joined().dropLast(4))), "it is cut")
        }
    }

    @Test(arguments: [
        "a secret of more than thirty-two bytes", "correct-horse-battery-staple-correct-horse",
        "0123456789abcdef0123456789abcdef0123456789abcdef", "MA==", "MAAA", "MIIB", "", "äöüß€äöüß€äöüß€äöüß€",
        "pWnKq0n3yYH5cJk2vW7rT9bXeL4mZsA8dGfUiOoPqRtYxCvBnMlKjHgFdSaQwErT\n",
    ])
    func aSecretIsNone(text: String) {
        #expect(!PublicKeyText.isOne(text))
    }
}
