import StrictJSON

/// One file of a document to sign.
public struct DocumentFile: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// Its content as base64 text, sent on unchanged.
    public var content: ArraySlice<UInt8>
    /// Its digest, sent on unchanged.
    public var digest: String?

    /// A file.
    public init(name: String, content: ArraySlice<UInt8>, digest: String? = nil) {
        self.name = name
        self.content = content
        self.digest = digest
    }

    func write(to body: inout JSONObjectWriter) {
        body.member("name", name)
        body.member("content", utf8: content)
        if let digest { body.member("digest", digest) }
    }
}
