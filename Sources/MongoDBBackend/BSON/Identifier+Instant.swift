import Foundation
import MsgKit

extension Identifier {
    /// When an ObjectId was made, to the second: what stands in for an instant that a document lacks.
    var instant: Date { Date(millisecondsSince1970: Int64(high >> 32) * 1000) }
}
