/// A file as it is sent.
struct File {
    var name: String
    var content: [UInt8]
    var digest: String?
}
