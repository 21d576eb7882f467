import BridgeCore
import Marksign
import Testing

@Suite("The webhook's body")
struct EventBodyTests {
    let time = Timestamp(milliseconds: 1_795_255_212_345)

    func session(kind: SigningKind) -> Session {
        Session(
            id: SessionID(stored: "ses_1"), clientID: ClientID(stored: "cli_1"), kind: kind, method: .smartID,
            status: .pending, token: SessionToken("aec29dc7-bde3-8299-6dc6-00686318e538"),
            createdAt: time, expiresAt: time, metadata: Metadata(pairs: [.init(key: "contract_id", value: "42")]))
    }

    func body(_ session: Session, _ outcome: Outcome, file: SignedFile? = nil) -> String {
        let event = Event.ended(
            session, outcome, file: file, at: time, id: EventID(stored: "evt_1"), publicURL: nil)
        return String(decoding: event.body, as: UTF8.self)
    }

    @Test("of a signed document")
    func document() throws {
        let file = SignedFile(
            name: "contract_signed.pdf", size: 139_851, digest: "a09f", digestAlgorithm: "SHA-256",
            digestVerified: true, sha256: "a09f", mediaType: "application/pdf")
        let value = try #require(SignatureValue(rawValue: "c2lnbmF0dXJl"))
        // The outcome's own result is not looked at for a document: its description is.
        let text = body(session(kind: .document), .completed(.hash(value)), file: file)
        #expect(
            text.hasPrefix(
                #"{"type":"session.completed","timestamp":"2026-11-21T10:00:12.345Z","data":{"session_id":"ses_1","#
                    + #""kind":"document","method":"smart-id","status":"completed","#
                    + #""token":"aec29dc7-bde3-8299-6dc6-00686318e538","file":{"name":"contract_signed.pdf","#
                    + #""size":139851,"digest":"a09f","digest_algorithm":"SHA-256","digest_verified":true,"#
                    + #""sha256":"a09f","url":"/v1/sessions/ses_1/file"}"#))
        #expect(text.hasSuffix(#""metadata":{"contract_id":"42"}}}"#))
    }

    @Test("of a signed hash")
    func hash() throws {
        let value = try #require(SignatureValue(rawValue: "c2lnbmF0dXJl"))
        let text = body(session(kind: .hash), .completed(.hash(value)))
        #expect(text.contains(#""signature_value":"c2lnbmF0dXJl","metadata""#))
        #expect(!text.contains(#""file""#) && !text.contains(#""error""#))
    }

    @Test(
        "of the others: the error, and the type of the status",
        arguments: [
            (Outcome.failed(SessionError(.userRefused, upstreamCode: 40020)), "session.failed", "40020"),
            (.cancelled, "session.cancelled", "null"),
            (.unknown(SessionError(.upstreamError)), "session.unknown", "null"),
        ])
    func others(_ outcome: Outcome, _ type: String, _ upstreamCode: String) {
        let text = body(session(kind: .hash), outcome)
        #expect(text.hasPrefix(#"{"type":"\#(type)""#))
        #expect(text.contains(#""error":{"code":"\#(outcome.error?.code.rawValue ?? "")""#))
        #expect(text.contains(#""upstream_code":\#(upstreamCode)}"#))
    }

    @Test("filters: types, all of sessions, never tests by name")
    func filters() throws {
        #expect(EventFilter(["session.completed"])?.wants(.sessionCompleted) == true)
        #expect(EventFilter(["session.completed"])?.wants(.sessionFailed) == false)
        #expect(EventFilter.allSessions.wants(.sessionUnknown))
        #expect(!EventFilter.allSessions.wants(.endpointTest))
        for bad in [[], ["session.nothing"], ["endpoint.test"], ["*"], ["session.*", "session.*"]] {
            #expect(EventFilter(bad) == nil)
        }
    }
}
