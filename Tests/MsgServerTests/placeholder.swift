import Testing

@testable import MsgServer
