import ArgumentParser
import MsgKit

extension UserRole: ExpressibleByArgument {}
