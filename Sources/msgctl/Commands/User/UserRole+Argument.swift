import ArgumentParser
import MsgKit

extension UserRole: @retroactive ExpressibleByArgument {}
