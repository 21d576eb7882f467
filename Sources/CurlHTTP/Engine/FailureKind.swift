import CCurl

extension HTTPClientError.Kind {
    /// The one place that tells what a libcurl result means for a transfer that got as far as `exchange`.
    ///
    /// - Parameter message: libcurl's own words, which alone tell some faults of an answer from a lost connection.
    init(_ code: CURLcode, _ exchange: Exchange, message: String) {
        switch (exchange.stop, code) {
        case (.headerTooLarge, _), (.bodyTooLarge, _), (_, CURLE_FILESIZE_EXCEEDED):
            self = .tooLarge
        case (.switchedProtocols, _):
            self = .protocolError
        case (_, CURLE_OPERATION_TIMEDOUT):
            self = .timeout
        case (_, CURLE_COULDNT_RESOLVE_HOST), (_, CURLE_COULDNT_RESOLVE_PROXY):
            self = .resolve
        case (_, CURLE_COULDNT_CONNECT):
            self = exchange.refusedAddress && !exchange.openedSocket ? .blockedAddress : .connect
        case (_, CURLE_ABORTED_BY_CALLBACK):
            self = exchange.refusedAddress ? .blockedAddress : .resolve
        case (_, CURLE_SSL_CONNECT_ERROR), (_, CURLE_PEER_FAILED_VERIFICATION), (_, CURLE_SSL_CERTPROBLEM),
            (_, CURLE_SSL_CIPHER), (_, CURLE_SSL_CACERT_BADFILE), (_, CURLE_SSL_ISSUER_ERROR),
            (_, CURLE_SSL_PINNEDPUBKEYNOTMATCH), (_, CURLE_SSL_INVALIDCERTSTATUS), (_, CURLE_SSL_CLIENTCERT),
            (_, CURLE_SSL_ENGINE_NOTFOUND), (_, CURLE_SSL_ENGINE_SETFAILED), (_, CURLE_SSL_ENGINE_INITFAILED),
            (_, CURLE_USE_SSL_FAILED):
            self = .tls
        case (_, CURLE_RECV_ERROR) where message.contains("chunked-encoding"):
            self = .protocolError
        case (_, CURLE_RECV_ERROR) where message.hasPrefix("Too large response headers"):
            self = .tooLarge
        // One header line over libcurl's own bound of 100 KB.
        case (_, CURLE_OUT_OF_MEMORY) where exchange.requestSent && !exchange.headComplete:
            self = .tooLarge
        // To libcurl a head that ends amid its lines, with the connection, is no error.
        case (_, CURLE_OK), (_, CURLE_GOT_NOTHING), (_, CURLE_RECV_ERROR), (_, CURLE_SEND_ERROR),
            (_, CURLE_SEND_FAIL_REWIND),
            (_, CURLE_PARTIAL_FILE), (_, CURLE_SSL_SHUTDOWN_FAILED):
            self = .reset
        case (_, CURLE_URL_MALFORMAT):
            self = .invalidRequest
        default:
            self = exchange.requestSent ? .protocolError : .connect
        }
    }
}
