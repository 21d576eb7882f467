import BridgeCore
import Logging
import Marksign
import Synchronization

/// The present access token; one that is in a file follows the file.
///
/// The file is read anew when the token is needed, at most once a second: that is cheaper than any way to watch it, and
/// no kind of change is missed. When what it holds is no token, the one before stays and an error is logged.
public final class AccessTokenSource: Sendable {
    private struct State {
        var token: AccessToken
        /// Why the file was not usable at the last look; told once.
        var fault: String?
        var nextLook: Tick
    }

    private static let pause: Duration = .seconds(1)

    private let path: String?
    private let state: Mutex<State>
    private let now: @Sendable () -> Tick
    private let logger: Logger

    /// Reads the token for the first time.
    ///
    /// - Throws: ``SettingsError`` when the file cannot be read or holds no token.
    public init(_ origin: AccessTokenOrigin, logger: Logger, now: @escaping @Sendable () -> Tick)
        throws(SettingsError)
    {
        let token: AccessToken
        switch origin {
        case .value(let value):
            path = nil
            token = value
        case .file(let file):
            path = file
            do throws(TextFile.Failure) {
                token = try Self.read(file)
            } catch {
                throw SettingsError(["marksign.accessTokenFile: \(file) \(error)"])
            }
        }
        state = Mutex(State(token: token, nextLook: now() + Self.pause))
        self.now = now
        self.logger = logger
    }

    /// The token to use now.
    public var current: AccessToken {
        if let path, takeLook() { follow(path) }
        return state.withLock { $0.token }
    }

    /// Whether the caller is the one to look at the file; the others go on with the token that is known.
    private func takeLook() -> Bool {
        let time = now()
        return state.withLock { state in
            guard time >= state.nextLook else { return false }
            state.nextLook = time + Self.pause
            return true
        }
    }

    private func follow(_ path: String) {
        do throws(TextFile.Failure) {
            let token = try Self.read(path)
            let isNew = state.withLock { state in
                defer {
                    state.token = token
                    state.fault = nil
                }
                return state.token != token
            }
            if isNew { logger.info("The access token was read anew", metadata: ["file": "\(path)"]) }
        } catch {
            let reason = error.description
            let isNew = state.withLock { state in
                defer { state.fault = reason }
                return state.fault != reason
            }
            guard isNew else { return }
            logger.error(
                "The access token file is not usable, the token before stays",
                metadata: ["file": "\(path)", "reason": "\(reason)"])
        }
    }

    private static func read(_ path: String) throws(TextFile.Failure) -> AccessToken {
        let text = try TextFile.read(path).trimmingBlanksAndLines
        guard !text.isEmpty else { throw TextFile.Failure(description: "is empty") }
        let form = ValueForm.accessToken
        guard let token = form.parse(text) else {
            throw TextFile.Failure(description: "does not hold \(form.expected)")
        }
        return token
    }
}
