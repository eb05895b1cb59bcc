import Foundation
import MsgKit
import MsgTestKit
import Testing

/// What is written by hand says the same as what an encoder writes.
struct MessageReceivedTests {
    private static let controls = String(String.UnicodeScalarView((0...0x9f).compactMap(Unicode.Scalar.init)))

    @Test(arguments: [
        "", "tea", "\"", "\\", "/", "a\nb\r\tc", controls, "Straße 🫖 \u{2028}\u{301}", "\u{10ffff}",
        String(repeating: "\\\"", count: 1000),
    ])
    func theJSONIsTheEncoders(text: String) throws {
        let make = Fixtures()
        var message = make.message("x", by: make.id(), in: make.id())
        message.content = text
        for avatar in [nil, text] {
            let sender = UserReference(id: message.sender, username: text, avatar: avatar)
            let event = MessageReceived(
                MessageInsertion(message: message, sender: sender, isNew: true, isFirst: false))
            let encoded = try JSONEncoder.msgctl().encode(event)
            #expect(try Self.value(Data(event.json().utf8)) == Self.value(encoded))
        }
    }

    private static func value(_ json: Data) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: json)
    }
}
