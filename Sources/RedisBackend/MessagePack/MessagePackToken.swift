/// The next thing in MessagePack bytes. Ranges are of the bytes; containers' contents follow.
enum MessagePackToken: Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Greater than an `Int64`.
    case unsigned(UInt64)
    case number(Double)
    case string(Range<Int>)
    case binary(Range<Int>)
    case array(Int)
    case map(Int)
    case extended(type: Int8, Range<Int>, isFixed: Bool)
}
