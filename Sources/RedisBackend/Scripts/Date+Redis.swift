import Foundation
import MsgKit

extension Date {
    /// As the scripts take instants: milliseconds since 1970.
    var redis: String { String(millisecondsSince1970) }
}
