import Marksign
import Testing

/// Every row of the table that decides what an answer to a start means.
@Suite struct StartReplyTests {
    let token = SessionToken("aec29dc7-bde3-8299-6dc6-00686318e538")!

    private func started(_ code: String) -> String {
        #"{"status":"ok","token":"\#(token.rawValue)","control_code":\#(code)}"#
    }

    @Test(arguments: [
        ("\"9269\"", "9269"), ("\"0007\"", "0007"), ("7", "0007"), ("9269", "9269"), ("0", "0000"),
    ]) func starts(_ json: String, _ code: String) {
        for status in [200, 201, 500] {
            #expect(StartReply(answer(started(json), status: status)) == .started(token: token, controlCode: code))
        }
    }

    @Test(arguments: [
        #"{"status":"ok"}"#, #"{"status":"ok","token":"aec29dc7-bde3-8299"}"#,
        #"{"status":"ok","control_code":"1234"}"#,
        #"{"status":"ok","token":"a/../../b","control_code":"1234"}"#,
        #"{"status":"ok","token":12345678,"control_code":"1"}"#,
        #"{"status":"ok","token":"aec29dc7-bde3","control_code":"123"}"#,
        #"{"status":"ok","token":"aec29dc7-bde3","control_code":10000}"#,
        #"{"status":"ok","token":"aec29dc7-bde3","control_code":"12a4"}"#,
    ]) func anOkThatNobodyCouldFollowIsLost(_ body: String) {
        #expect(StartReply(answer(body)) == .lost(.unreadable))
    }

    @Test(arguments: [
        (40020, "user_refused"), (40021, "session_expired"), (40022, "document_unusable"), (40401, "signer_not_found"),
        (40403, "account_not_qualified"), (40801, "certificate_timeout"), (40001, "request_rejected"),
        (40004, "request_rejected"), (40005, "request_rejected"), (40099, "request_rejected"),
        (40402, "request_rejected"), (40899, "request_rejected"),
    ]) func refuses(_ code: Int, _ name: String) throws {
        for status in [200, 400, 401, 404, 429, 500] {
            let reply = StartReply(failure("\(code)", status: status))
            guard case .refused(let refusal, let upstreamCode) = reply else {
                Issue.record("\(reply)")
                return
            }
            #expect(refusal.rawValue == name)
            #expect(upstreamCode == code)
        }
        #expect(StartReply(failure("\"\(code)\"")) == StartReply(failure("\(code)")))
    }

    @Test(arguments: [40003, 50003, 50004]) func unauthorizedByCode(_ code: Int) {
        for status in [200, 400, 500] {
            #expect(StartReply(failure("\(code)", status: status)) == .unauthorized(upstreamCode: code))
        }
    }

    @Test(arguments: [401, 403]) func unauthorizedByHTTPStatus(_ status: Int) {
        #expect(StartReply(answer("<html>", status: status)) == .unauthorized(upstreamCode: nil))
        #expect(StartReply(failure(nil, status: status)) == .unauthorized(upstreamCode: nil))
        #expect(StartReply(failure("0", status: status)) == .unauthorized(upstreamCode: 0))
    }

    @Test(arguments: [50000, 50001, 50002, 50099]) func upstreamErrors(_ code: Int) {
        for status in [200, 400, 429, 500, 503] {
            #expect(StartReply(failure("\(code)", status: status)) == .upstreamError(upstreamCode: code))
        }
    }

    @Test(arguments: [(nil, nil), ("0", 0), ("41234", 41234)] as [(String?, Int?)])
    func failuresWithoutAKnownCode(_ json: String?, _ code: Int?) {
        for status in [200, 400, 404, 422] {
            #expect(StartReply(failure(json, status: status)) == .upstreamError(upstreamCode: code))
        }
        for status in [408, 425, 500, 502, 504] {
            #expect(StartReply(failure(json, status: status)) == .lost(.httpStatus(status)))
        }
        #expect(StartReply(failure(json, status: 429)) == .busy(retryAfter: nil))
    }

    @Test(arguments: TransportFault.allCases) func transportFaults(_ fault: TransportFault) {
        #expect(StartReply(.transport(fault, requestSent: false)) == .notSent(fault))
        #expect(StartReply(.transport(fault, requestSent: true)) == .lost(.transport(fault)))
    }

    @Test func busy() {
        #expect(StartReply(answer("slow down", status: 429, retryAfter: "30")) == .busy(retryAfter: .seconds(30)))
        #expect(StartReply(answer("{}", status: 429)) == .busy(retryAfter: nil))
    }

    @Test(arguments: [
        "", "<html>", "{}", "null", #"{"status":"waiting"}"#, #"{"status":"canceled"}"#, #"{"status":"new"}"#,
        "\u{FEFF}{\"status\":\"error\",\"error_code\":40020}", #"{"status":"error","error_code":40020"#,
        #"{"status":"error","error_code":40020,"error_code":40021}"#,
    ]) func unreadableAnswersAreLost(_ body: String) {
        #expect(StartReply(answer(body)) == .lost(.unreadable))
        for status in [302, 404, 408, 413, 500, 502, 504, 524] {
            #expect(StartReply(answer(body, status: status)) == .lost(.httpStatus(status)))
        }
    }

    @Test(arguments: [200, 404, 500]) func removal(_ status: Int) {
        #expect(RemoveReply(answer(#"{"status":"ok"}"#, status: status)) == .removed)
        #expect(RemoveReply(answer(#"{"status":"error","message":"Request number is invalid"}"#)) == .unconfirmed)
        #expect(RemoveReply(failure("40402", status: status)) == .unconfirmed)
        #expect(RemoveReply(answer("", status: status)) == .unconfirmed)
        #expect(RemoveReply(answer("<html>ok</html>", status: status)) == .unconfirmed)
        #expect(RemoveReply(.transport(.timeout, requestSent: true)) == .unconfirmed)
    }
}
