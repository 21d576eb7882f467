import CCurl
import Glibc

/// A libcurl handle that does one transfer after another, on the engine's thread.
///
/// Options that never vary are set once; those that vary are set for every transfer, so that the usual transfer needs
/// no `curl_easy_reset`. Callbacks get an unretained pointer to this object: the engine keeps it until the handle is
/// gone.
final class EasyHandle {
    /// libcurl refused an option.
    struct OptionFault: Error {
        let code: CURLcode
    }

    /// Settings that are the same for all handles of an engine.
    struct Settings {
        let share: OpaquePointer
        let caFile: String?
        let userAgent: String
        let connectionLifetime: Duration
        /// Where a callback notes that a transfer must end at a time.
        let expiry: ExpiryClock
    }

    let curl: OpaquePointer
    private let index: Int
    let settings: Settings
    private let errorBuffer: UnsafeMutablePointer<CChar>

    /// The transfer that runs now.
    var transfer: Transfer?

    init(index: Int, settings: Settings) throws {
        guard let curl = curl_easy_init() else { throw OptionFault(code: CURLE_OUT_OF_MEMORY) }
        self.curl = curl
        self.index = index
        self.settings = settings
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try setLastingOptions()
    }

    deinit {
        curl_easy_cleanup(curl)
        errorBuffer.deallocate()
    }

    /// What libcurl says of the last failure, bounded and in printable ASCII, because a server may have worded it.
    func message(for code: CURLcode) -> String {
        guard code != CURLE_OK else { return "the connection ended within the head of the answer" }
        let text = errorBuffer.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorBuffer)
        return String(text.unicodeScalars.prefix(200).map { (" "..."~").contains($0) ? Character($0) : "?" })
    }

    /// Prepares the handle for `transfer`, which has `remaining` of its timeout left.
    func begin(_ transfer: Transfer, remaining: Duration) throws(OptionFault) {
        // First, so that `end` undoes what was set before an option failed.
        self.transfer = transfer
        let request = transfer.request
        errorBuffer.pointee = 0
        try check(ccurl_easy_set_url(curl, request.url))
        try setMethod(of: request)
        try check(ccurl_easy_set_http_header(curl, transfer.headerLines.head))
        try check(ccurl_easy_set_resolve(curl, transfer.resolveList?.head))
        // Zero would mean "no timeout" to libcurl.
        try check(ccurl_easy_set_timeout_ms(curl, max(1, remaining.boundedMilliseconds)))
        try check(ccurl_easy_set_connect_timeout_ms(curl, max(1, request.connectTimeout.boundedMilliseconds)))
        try check(ccurl_easy_set_fresh_connect(curl, request.freshConnection || transfer.avoidsReuse))
        try check(ccurl_easy_set_forbid_reuse(curl, request.freshConnection))
        try check(ccurl_easy_set_unix_socket_path(curl, request.unixSocketPath))
        if !request.tls.isDefault { try setTLS(request.tls) }
    }

    /// What the transfer on this handle received, before the handle is removed.
    func reply(of transfer: Transfer, bodyComplete: Bool) -> Transfer.Reply {
        let info = ccurl_easy_transfer_info(curl)
        let waited = transfer.submitted.duration(to: transfer.started)
        return Transfer.Reply(
            status: info.status, head: transfer.exchange.head, body: transfer.exchange.body, bodyComplete: bodyComplete,
            bodyLease: transfer.exchange.bodyLease, remoteAddress: transfer.exchange.remoteAddress,
            timings: HTTPClientResponse.Timings(
                nameLookup: waited,
                connect: waited + .microseconds(max(info.connected, info.secured)),
                firstByte: waited + .microseconds(info.first_byte),
                total: transfer.submitted.duration(to: .now)))
    }

    /// Lets go of the transfer. After an unusual one the handle forgets everything it was told.
    func end() throws {
        guard let transfer else { return }
        self.transfer = nil
        if transfer.target.hasUserInfo || !transfer.request.tls.isDefault {
            curl_easy_reset(curl)
            try setLastingOptions()
        }
    }

    private func setMethod(of request: HTTPClientRequest) throws(OptionFault) {
        if request.sendsBody {
            // The array is retained by the transfer and never changed, so its storage stays where it is until the
            // handle is removed. libcurl takes a null pointer for "ask the read callback".
            try request.body.withUnsafeBufferPointer { bytes throws(OptionFault) in
                try check(
                    ccurl_easy_set_post(curl, bytes.baseAddress ?? Self.nothing.utf8Start, curl_off_t(bytes.count)))
            }
            try check(ccurl_easy_set_custom_request(curl, request.method == "POST" ? nil : request.method))
        } else {
            try check(ccurl_easy_set_http_get(curl))
            if request.method == "HEAD" { try check(ccurl_easy_set_no_body(curl)) }
            let isPlain = request.method == "GET" || request.method == "HEAD"
            try check(ccurl_easy_set_custom_request(curl, isPlain ? nil : request.method))
        }
    }

    private func setTLS(_ tls: TLSOptions) throws(OptionFault) {
        if let authorities = tls.certificateAuthorities {
            try check(ccurl_easy_set_ca_blob(curl, authorities, authorities.count))
            // The directory of the system would be trusted besides.
            try check(ccurl_easy_set_ca_directory(curl, nil))
        }
        if let identity = tls.identity {
            let (chain, key) = (identity.certificateChain, identity.privateKey)
            try check(ccurl_easy_set_certificate_blob(curl, chain, chain.count))
            try check(ccurl_easy_set_private_key_blob(curl, key, key.count))
        }
    }

    private func setLastingOptions() throws(OptionFault) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        try check(ccurl_easy_set_private(curl, UInt(index)))
        try check(ccurl_easy_set_error_buffer(curl, errorBuffer))
        try check(ccurl_easy_set_share(curl, settings.share))
        try check(ccurl_easy_set_protocols(curl, "http,https"))
        try check(ccurl_easy_set_no_signal(curl, true))
        try check(ccurl_easy_set_follow_location(curl, false))
        try check(ccurl_easy_set_http09_allowed(curl, false))
        try check(ccurl_easy_set_http_version(curl, CLong(CURL_HTTP_VERSION_1_1)))
        // An empty name, so that the variables of the environment are not consulted.
        try check(ccurl_easy_set_proxy(curl, ""))
        try check(ccurl_easy_set_netrc(curl, CLong(CURL_NETRC_IGNORED.rawValue)))
        try check(ccurl_easy_set_tcp_nodelay(curl, true))
        // Every transfer brings its own addresses; they only have to outlast its retries.
        try check(ccurl_easy_set_dns_cache_timeout(curl, 600))
        try check(
            ccurl_easy_set_max_lifetime_connection(curl, CLong(settings.connectionLifetime.components.seconds)))
        try check(ccurl_easy_set_user_agent(curl, settings.userAgent))
        try check(ccurl_easy_set_verify_peer(curl, true))
        try check(ccurl_easy_set_verify_host(curl, 2))
        // Also where the machine would allow an older one.
        try check(ccurl_easy_set_ssl_version(curl, CLong(CURL_SSLVERSION_TLSv1_2)))
        if let caFile = settings.caFile {
            try check(ccurl_easy_set_ca_file(curl, caFile))
            try check(ccurl_easy_set_ca_directory(curl, nil))
        }
        try check(ccurl_easy_set_header(curl, receiveHeader, context))
        try check(ccurl_easy_set_write(curl, receiveBody, context))
        try check(ccurl_easy_set_open_socket(curl, openSocket, context))
        try check(ccurl_easy_set_prereq(curl, approveRequest, context))
        try check(ccurl_easy_set_resolver_start(curl, refuseLookup, context))
    }

    private func check(_ code: CURLcode) throws(OptionFault) {
        guard code == CURLE_OK else { throw OptionFault(code: code) }
    }

    private static let nothing: StaticString = ""
}
