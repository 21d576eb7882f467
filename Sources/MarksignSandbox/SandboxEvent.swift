/// One step of a signing session, told to whoever watches the sandbox.
public struct SandboxEvent: Sendable, Hashable {
    /// What a session signs.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A file, which comes back signed.
        case document
        /// A digest, whose signature comes back.
        case hash
    }

    /// What happened.
    public enum Step: Sendable, Hashable {
        /// A session was started: the signer's phone shows this control code, of four digits.
        case phoneAsked(controlCode: String)
        /// A poll was answered with `waiting`.
        case waiting
        /// A poll learned, as the first, that the signer signed.
        case signed
        /// A poll learned, as the first, that the signer refused or picked the wrong control code.
        case refused
        /// A poll learned, as the first, that the signer did not answer in time.
        case expired
        /// The session was removed while it was pending.
        case removed
    }

    /// The session's token.
    public var token: String
    /// What the session signs.
    public var kind: Kind
    /// What happened.
    public var step: Step

    /// One step of the session that `token` names.
    public init(token: String, kind: Kind, step: Step) {
        self.token = token
        self.kind = kind
        self.step = step
    }
}
