import CCurl
import Glibc

/// What libcurl needs once in a process.
enum CurlGlobal {
    /// Nil when libcurl is usable, otherwise what is missing.
    static let fault: String? = {
        // Without its own signal handling, libcurl leaves SIGPIPE to the program.
        signal(SIGPIPE, SIG_IGN)
        guard curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK else { return "libcurl cannot be initialized" }
        guard let version = curl_version_info(CURLVERSION_FIRST)?.pointee else { return "libcurl has no version" }
        for (feature, name) in [
            (CURL_VERSION_SSL, "TLS"), (CURL_VERSION_THREADSAFE, "thread-safe initialization"),
            (CURL_VERSION_UNIX_SOCKETS, "UNIX sockets"),
        ] where version.features & CInt(feature) == 0 {
            return "libcurl was built without \(name)"
        }
        return nil
    }()
}
