import Foundation
import MsgKit

extension Sequence {
    /// Ids as a JSON array, for `json_each`: one statement whatever their number.
    func json<Entity>() -> String where Element == Identifier<Entity> {
        "[" + map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }
}

extension Date {
    /// The form in which instants are stored.
    var stored: Int64 { millisecondsSince1970 }
}
