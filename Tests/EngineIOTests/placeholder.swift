import Testing
@testable import EngineIO
