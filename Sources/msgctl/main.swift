import ArgumentParser
import MsgServer
import SQLiteBackend
print("msgctl")
