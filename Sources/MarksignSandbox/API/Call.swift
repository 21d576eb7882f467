/// One of the paths of the upstream.
enum Call: Hashable {
    case startDocument
    case startHash
    case status(SandboxEvent.Kind, token: String)
    case remove(token: String)
}
