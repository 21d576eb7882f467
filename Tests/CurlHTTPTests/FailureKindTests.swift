import CCurl
import Testing

@testable import CurlHTTP

@Suite("What libcurl's results mean")
struct FailureKindTests {
    @Test(
        "before and after the request was sent",
        arguments: [
            (CURLE_OPERATION_TIMEDOUT, .timeout, .timeout),
            (CURLE_COULDNT_RESOLVE_HOST, .resolve, .resolve),
            (CURLE_COULDNT_CONNECT, .connect, .connect),
            (CURLE_ABORTED_BY_CALLBACK, .resolve, .resolve),
            (CURLE_SSL_CONNECT_ERROR, .tls, .tls),
            (CURLE_PEER_FAILED_VERIFICATION, .tls, .tls),
            (CURLE_SSL_CERTPROBLEM, .tls, .tls),
            (CURLE_SSL_CACERT_BADFILE, .tls, .tls),
            (CURLE_GOT_NOTHING, .reset, .reset),
            (CURLE_RECV_ERROR, .reset, .reset),
            (CURLE_SEND_ERROR, .reset, .reset),
            (CURLE_PARTIAL_FILE, .reset, .reset),
            (CURLE_OK, .reset, .reset),
            (CURLE_FILESIZE_EXCEEDED, .tooLarge, .tooLarge),
            (CURLE_OUT_OF_MEMORY, .connect, .tooLarge),
            (CURLE_WEIRD_SERVER_REPLY, .connect, .protocolError),
            (CURLE_UNSUPPORTED_PROTOCOL, .connect, .protocolError),
            (CURLE_URL_MALFORMAT, .invalidRequest, .invalidRequest),
        ] as [(CURLcode, HTTPClientError.Kind, HTTPClientError.Kind)])
    func kinds(_ code: CURLcode, _ before: HTTPClientError.Kind, _ after: HTTPClientError.Kind) {
        var exchange = Exchange()
        #expect(HTTPClientError.Kind(code, exchange, message: "") == before)
        exchange.requestSent = true
        #expect(HTTPClientError.Kind(code, exchange, message: "") == after)
    }

    @Test("a refused address counts only when no other one was tried")
    func refused() {
        var exchange = Exchange()
        exchange.refusedAddress = true
        #expect(HTTPClientError.Kind(CURLE_COULDNT_CONNECT, exchange, message: "") == .blockedAddress)
        #expect(HTTPClientError.Kind(CURLE_ABORTED_BY_CALLBACK, exchange, message: "") == .blockedAddress)
        exchange.openedSocket = true
        #expect(HTTPClientError.Kind(CURLE_COULDNT_CONNECT, exchange, message: "") == .connect)
    }
}
