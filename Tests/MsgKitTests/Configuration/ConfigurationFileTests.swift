import Foundation
import Testing

@testable import MsgKit

@Suite struct ConfigurationFileTests {
    @Test func aNamedFileMustExist() throws {
        let folder = try ConfigurationFolder()
        #expect(
            folder.complaints(file: "no.yaml", environmentFile: "no.env") == [
                "no.yaml: the file does not exist; correct the path, or create the file",
                "no.env: the file does not exist; correct the path, or create the file",
            ])
        #expect(folder.complaints(file: "").count == 1)
        #expect(folder.complaints(file: "a\0b").count == 1)
    }

    @Test func aDirectoryIsNoFile() throws {
        let folder = try ConfigurationFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/config.yaml", withIntermediateDirectories: true)
        #expect(
            folder.complaints() == [
                "config.yaml: the file is a directory; give a text file that this user may read"
            ])
    }

    @Test func filesHaveALimit() throws {
        let folder = try ConfigurationFolder()
        let comment = [UInt8](repeating: UInt8(ascii: "#"), count: BoundedFile.limit)
        try folder.write(comment, to: "config.yaml")
        try folder.write(comment, to: ".env")
        #expect(try folder.load() == Configuration())
        try folder.write(comment + comment.prefix(1), to: "config.yaml")
        try folder.write(comment + comment.prefix(1), to: ".env")
        let says = "the file is larger than 1 MiB; give the configuration's own file; a real one has a few kilobytes"
        #expect(folder.complaints() == ["config.yaml: \(says)", ".env: \(says)"])
    }

    @Test func anEndlessFileIsNotReadToItsEnd() throws {
        let complaints = try ConfigurationFolder().complaints(file: "/dev/zero")
        #expect(complaints.map { $0.prefix { $0 != ";" } } == ["/dev/zero: the file is larger than 1 MiB"])
    }
}
