import Marksign
import Testing

/// Every row of the table that decides what an answer to a poll means.
@Suite struct PollReplyTests {
    private func reply(_ answer: UpstreamAnswer, kind: SigningKind = .hash) -> PollReply {
        PollReply(answer, kind: kind)
    }

    @Test(arguments: ["waiting", "pending", "running", "finalising", "OK", ""]) func waits(_ status: String) {
        #expect(reply(answer(#"{"status":"\#(status)"}"#)) == .waiting(status: status))
        #expect(reply(answer(#"{"status":"\#(status)","error_code":0,"x":[]}"#)) == .waiting(status: status))
    }

    @Test(arguments: [200, 202, 404, 429, 503]) func theBodyComesBeforeTheHTTPStatus(_ status: Int) {
        #expect(reply(answer(#"{"status":"waiting"}"#, status: status)) == .waiting(status: "waiting"))
        #expect(reply(failure("40020", status: status)) == .ended(.userRefused, upstreamCode: 40020))
        #expect(reply(failure("40402", status: status)) == .notFound(upstreamCode: 40402))
    }

    @Test(
        arguments: [
            (40020, .userRefused), (40021, .sessionExpired), (40022, .documentUnusable), (40401, .signerNotFound),
            (40403, .accountNotQualified), (40801, .certificateTimeout),
        ] as [(Int, EndReason)]) func ends(_ code: Int, _ reason: EndReason)
    {
        for status in [200, 400, 401, 403, 404, 500] {
            #expect(reply(failure("\(code)", status: status)) == .ended(reason, upstreamCode: code))
            #expect(reply(failure("\"\(code)\"", status: status)) == .ended(reason, upstreamCode: code))
        }
        #expect(reply(answer(#"{"error_code":\#(code)}"#)) == .ended(reason, upstreamCode: code))
        #expect(reply(answer(#"{"status":"failed","error_code":\#(code)}"#)) == .ended(reason, upstreamCode: code))
    }

    @Test(arguments: ["canceled", "cancelled"]) func cancelledIsRefused(_ status: String) {
        #expect(reply(answer(#"{"status":"\#(status)"}"#)) == .ended(.userRefused, upstreamCode: nil))
    }

    @Test func notFound() {
        #expect(reply(failure("40402")) == .notFound(upstreamCode: 40402))
    }

    @Test(arguments: [40001, 40004, 40005]) func rejected(_ code: Int) {
        #expect(reply(failure("\(code)", status: 400)) == .rejected(upstreamCode: code))
    }

    @Test(arguments: [40003, 50003, 50004]) func unauthorizedByCode(_ code: Int) {
        #expect(reply(failure("\(code)")) == .unauthorized(upstreamCode: code))
    }

    @Test(arguments: [401, 403]) func unauthorizedByHTTPStatus(_ status: Int) {
        for body in ["", "<html>", "{}", #"{"message":"no"}"#, #"{"status":"strange"}"#, #"{"status":\#(status)}"#] {
            #expect(reply(answer(body, status: status)) == .unauthorized(upstreamCode: nil))
        }
        #expect(reply(failure(nil, status: status)) == .unauthorized(upstreamCode: nil))
        #expect(reply(failure("0", status: status)) == .unauthorized(upstreamCode: 0))
    }

    @Test(
        arguments: [
            ("50000", 50000), ("50001", 50001), ("50002", 50002), ("\"50002\"", 50002), ("0", 0), ("41234", 41234),
            ("-1", -1), (nil, nil), ("null", nil), ("\"none\"", nil), ("1.5", nil), ("{}", nil),
            ("99999999999999999999", nil),
        ] as [(String?, Int?)]) func upstreamErrors(_ json: String?, _ code: Int?)
    {
        for status in [200, 400, 500, 503] {
            let expected = PollReply.fault(.upstreamError, upstreamCode: code, retryAfter: .seconds(7))
            #expect(reply(failure(json, status: status, retryAfter: "7")) == expected)
        }
    }

    @Test(arguments: [204, 200]) func unreadableAnswers(_ status: Int) {
        let bodies = [
            "", " ", "<html><body>ok</body></html>", "null", "[]", "\"ok\"", "{}", #"{"status":null}"#,
            #"{"status":1}"#,
            "\u{FEFF}{\"status\":\"ok\"}", #"{"status":"waiting","status":"ok"}"#, #"{"status":"waiting""#,
            #"{"status":"waiting"} x"#, #"{"message":"words"}"#, #"{"error":{"code":500,"message":"x"}}"#,
        ]
        for body in bodies {
            #expect(
                reply(answer(body, status: status)) == .fault(.unreadable, upstreamCode: nil, retryAfter: nil),
                "\(body)")
        }
    }

    @Test(arguments: [301, 400, 404, 408, 425, 429, 500, 502, 503, 504, 520, 524]) func httpFaults(_ status: Int) {
        for body in ["", "<html>", "{}", #"{"status":"strange"}"#, #"{"error":{"code":500}}"#] {
            let plain = PollReply.fault(.httpStatus(status), upstreamCode: nil, retryAfter: nil)
            #expect(reply(answer(body, status: status)) == plain)
            let delayed = PollReply.fault(.httpStatus(status), upstreamCode: nil, retryAfter: .seconds(120))
            #expect(reply(answer(body, status: status, retryAfter: "120")) == delayed)
        }
    }

    @Test(arguments: TransportFault.allCases, [true, false])
    func transportFaults(_ fault: TransportFault, _ requestSent: Bool) {
        let expected = PollReply.fault(.transport(fault), upstreamCode: nil, retryAfter: nil)
        #expect(reply(.transport(fault, requestSent: requestSent)) == expected)
    }

    @Test(arguments: ["QQ==", "T2RKYUlGL1dxUUJjc3ZINmFkQzY4OTU3dnNuYw==", "QUJD"]) func hashCompletes(_ value: String) {
        let body = #"{"status":"ok","signature_value":"\#(value)"}"#
        for status in [200, 500] {
            #expect(
                reply(answer(body, status: status)) == .completed(.hash(SignatureValue(rawValue: value)!)))
        }
    }

    @Test(
        arguments: [
            (#"{"status":"ok"}"#, .signatureValueMissing),
            (#"{"status":"ok","signature_value":""}"#, .signatureValueMissing),
            (#"{"status":"ok","signature_value":null}"#, .signatureValueMissing),
            (#"{"status":"ok","signature_value":["QQ=="]}"#, .signatureValueMissing),
            (#"{"status":"ok","signature_value":"QQ"}"#, .signatureValueUnreadable),
            (#"{"status":"ok","signature_value":"QQ..=="}"#, .signatureValueUnreadable),
            (#"{"status":"ok","signature_value":"Q Q="}"#, .signatureValueUnreadable),
        ] as [(String, InvalidResult)]) func hashWithoutItsValue(_ body: String, _ reason: InvalidResult)
    {
        #expect(reply(answer(body)) == .invalidResult(reason))
    }

    @Test func longTextsAreCut() {
        let status = String(repeating: "x", count: 5000)
        #expect(reply(answer(#"{"status":"\#(status)"}"#)) == .waiting(status: String(status.prefix(300))))
    }

    @Test(
        arguments: [
            (.transport(.tls), "tls"), (.transport(.protocolError), "protocol"), (.httpStatus(503), "http_5xx"),
            (.httpStatus(-1), "http_0xx"), (.httpStatus(12345), "http_9xx"), (.unreadable, "unreadable"),
            (.upstreamError, "upstream_error"),
        ] as [(UpstreamFault, String)]) func labelsAreBounded(_ fault: UpstreamFault, _ label: String)
    {
        #expect(fault.label == label)
    }
}
