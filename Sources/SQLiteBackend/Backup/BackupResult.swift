/// What a backup has in it.
public struct BackupResult: Sendable, Equatable {
    /// The copy's size on disk.
    public var bytes: Int
    /// The schema of the copied data, which is that of the program that last wrote it.
    public var schemaVersion: Int
    /// The names of the files that were copied with the database.
    public var files: [String]
}
