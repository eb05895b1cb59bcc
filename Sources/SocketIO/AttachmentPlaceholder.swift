/// What an object's members say of it: `{"_placeholder":true,"num":0}` stands for the first attachment.
struct AttachmentPlaceholder {
    private var isMarked = false
    private var number: Int?

    /// A member as it is written. Names with escapes are taken for others, and their objects for ordinary ones.
    mutating func addMember(_ name: Slice<UnsafeRawBufferPointer>, _ value: Slice<UnsafeRawBufferPointer>) {
        if name.elementsEqual(#""_placeholder""#.utf8) {
            isMarked = value.elementsEqual("true".utf8)
        } else if name.elementsEqual(#""num""#.utf8) {
            number = Self.number(value)
        }
    }

    /// Whether it is an ordinary object, or stands for one of so many attachments.
    func isAbsent(or count: Int) -> Bool {
        guard isMarked else { return true }
        guard let number else { return false }
        return number < count
    }

    /// Digits; no packet has more attachments than fit into nine of them.
    private static func number(_ text: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard text.count <= 9, text.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else {
            return nil
        }
        return text.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}
