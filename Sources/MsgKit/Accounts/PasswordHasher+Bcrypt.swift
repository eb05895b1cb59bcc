import CCrypt
import Foundation

extension PasswordHasher {
    /// bcrypt itself, through libcrypt. Everything here takes a core's whole attention for a while.
    enum Bcrypt {
        static let saltBytes = 16

        /// What of a stored hash is needed to compare with it.
        struct Stored: Sendable, Equatable {
            var cost: Int
            /// The 22 characters of the salt and the 31 of the hash.
            var saltAndHash: String

            /// Reads `$2a$`, `$2b$` or `$2y$`, two digits of cost, 53 characters; `nil` for anything else.
            ///
            /// The three prefixes name one algorithm; what once told them apart are faults of other libraries with
            /// passwords that bcryptjs, which wrote the hashes at hand, always treated right.
            init?(_ text: String) {
                let bytes = Array(text.utf8)
                guard bytes.count == 60, bytes[0] == UInt8(ascii: "$"), bytes[1] == UInt8(ascii: "2"),
                    "aby".utf8.contains(bytes[2]), bytes[3] == UInt8(ascii: "$"), bytes[6] == UInt8(ascii: "$"),
                    let tens = Self.digit(bytes[4]), let ones = Self.digit(bytes[5]),
                    bytes[7...].allSatisfy(Self.isBase64)
                else { return nil }
                cost = tens * 10 + ones
                saltAndHash = String(decoding: bytes[7...], as: UTF8.self)
            }

            private static func digit(_ byte: UInt8) -> Int? {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
            }

            private static func isBase64(_ byte: UInt8) -> Bool {
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "/"):
                    true
                default: false
                }
            }

            /// The hash in the one form that libcrypt is given.
            var canonical: String { "$2b$\(cost < 10 ? "0" : "")\(cost)$\(saltAndHash)" }
        }

        /// The beginning of a hash: algorithm, cost and salt. `nil` when libcrypt refuses.
        static func setting(cost: Int, salt: [UInt8]) -> String? {
            var output = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
            let bytes = salt.map { CChar(bitPattern: $0) }
            let result = crypt_gensalt_rn(
                "$2b$", UInt(max(0, cost)), bytes, CInt(bytes.count), &output, CInt(output.count))
            return result == nil ? nil : text(output)
        }

        /// The hash of a password under a setting, or under the setting that a whole hash begins with.
        static func hash(_ password: String, setting: String) -> String? {
            // 32 KiB, which libcrypt wants zeroed and wipes itself: too much for a stack.
            let size = MemoryLayout<crypt_data>.size
            guard let data = calloc(1, size) else { return nil }
            defer { free(data) }
            guard let result = crypt_rn(password, setting, data, CInt(size)) else { return nil }
            return String(cString: result)
        }

        private static func text(_ buffer: [CChar]) -> String {
            String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
