import CCurl

/// The libcurl that this process runs with.
public enum LibcurlVersion {
    /// Its version, such as `7.88.1`.
    public static var current: String {
        curl_version_info(CURLVERSION_FIRST).map { String(cString: $0.pointee.version) } ?? "unknown"
    }
}
