import Testing

@testable import MsgKit
