import Marksign
import StrictJSON
import Testing

@Suite struct RequestTests {
    static let accessToken = AccessToken("52900c96-3f60-5307-3719-5948f0191da6")!
    static let token = SessionToken("aec29dc7-bde3-8299-6dc6-00686318e538")!
    static let signer = Signer(personalCode: PersonalCode("30303039914", country: .lithuania)!)
    static let hash = HashValue(hex: String(repeating: "aB", count: 32), algorithm: .sha256)!

    static func requests(_ locale: MarksignLocale) -> [MarksignRequest] {
        let api = MarksignAPI(locale: locale)
        let document = DocumentStart(
            type: .pdf, files: [DocumentFile(name: "a.pdf", content: Array("JVBERi0=".utf8)[...])])
        return [
            api.start(document, by: signer, method: .smartID, accessToken: accessToken),
            api.start(HashStart(hash: hash), by: signer, method: .smartID, accessToken: accessToken),
            api.status(of: token, kind: .document, method: .smartID, accessToken: accessToken),
            api.status(of: token, kind: .hash, method: .smartID, accessToken: accessToken),
            api.remove(token, method: .smartID, accessToken: accessToken),
        ]
    }

    private func text(_ request: MarksignRequest) -> String {
        String(decoding: request.body, as: UTF8.self)
    }

    @Test func paths() {
        let paths = [
            "POST /smartid/sign.json", "POST /smartid/sign/hash.json",
            "POST /smartid/sign/status/aec29dc7-bde3-8299-6dc6-00686318e538.json",
            "POST /smartid/sign/hash/status/aec29dc7-bde3-8299-6dc6-00686318e538.json",
            "DELETE /api/smartid/session/aec29dc7-bde3-8299-6dc6-00686318e538",
        ]
        #expect(Self.requests(.lt).map { "\($0.method) \($0.path)" } == paths)
        #expect(Self.requests(.en).map { "\($0.method) \($0.path)" } == paths.map { $0.replacing(" /", with: " /en/") })
    }

    @Test func statusAndRemovalSendTheAccessTokenOnly() {
        for request in Self.requests(.en)[2...] {
            #expect(text(request) == #"{"access_token":"52900c96-3f60-5307-3719-5948f0191da6"}"#)
        }
    }

    @Test func hashStart() {
        #expect(
            text(Self.requests(.en)[1]) == """
                {"access_token":"52900c96-3f60-5307-3719-5948f0191da6","hash":"\(String(repeating: "ab", count: 32))",\
                "hash_algorithm":"SHA256","country":"LT","code":"30303039914"}
                """)
        let start = HashStart(hash: Self.hash, message: "Sign \"it\"")
        let request = MarksignAPI(locale: .en).start(
            start, by: Self.signer, method: .smartID, accessToken: Self.accessToken)
        #expect(text(request).hasSuffix(#""code":"30303039914","message":"Sign \"it\""}"#))
    }

    @Test func documentStart() {
        #expect(
            text(Self.requests(.en)[0]) == """
                {"access_token":"52900c96-3f60-5307-3719-5948f0191da6","type":"pdf","country":"LT","code":"30303039914",\
                "peps":false,"sanctions":false,"pdf":{"files":[{"name":"a.pdf","content":"JVBERi0="}]}}
                """)
        let files = [
            DocumentFile(name: "ž.txt", content: Array("QQ==".utf8)[...], digest: "00ff"),
            DocumentFile(name: "b", content: Array("xQUI=x".utf8)[1..<5]),
        ]
        let start = DocumentStart(
            type: .asice, files: files, message: "Pasirašykite", signaturePosition: .rightBottom, signaturePage: .first,
            certificateLevel: .qualified, checksPEPs: true, checksSanctions: true)
        let request = MarksignAPI(locale: .lt).start(
            start, by: Self.signer, method: .smartID, accessToken: Self.accessToken)
        #expect(
            text(request) == """
                {"access_token":"52900c96-3f60-5307-3719-5948f0191da6","type":"asice","country":"LT",\
                "code":"30303039914","message":"Pasirašykite","signature_position":"right_bottom",\
                "signature_page":"first_page","certificate_level":"QUALIFIED","peps":true,"sanctions":true,\
                "asice":{"files":[{"name":"ž.txt","content":"QQ==","digest":"00ff"},{"name":"b","content":"QUI="}]}}
                """)
    }

    @Test func secretsDoNotShow() {
        var dumped = ""
        dump((Self.accessToken, Self.signer, Self.requests(.en)), to: &dumped)
        let shown = [
            dumped, "\(Self.accessToken)", String(reflecting: Self.accessToken), "\(Self.signer)",
            String(reflecting: Self.signer), "\(Self.requests(.en))", String(reflecting: Self.requests(.en)),
        ]
        for text in shown {
            #expect(!text.contains("52900c96"))
            #expect(!text.contains("30303039914"))
            #expect(!text.contains("aec29dc7"))
        }
    }

    @Test(arguments: ["12345678", "aec29dc7-bde3-8299-6dc6-00686318e538", String(repeating: "_", count: 128)])
    func sessionTokens(_ text: String) {
        #expect(SessionToken(text)?.rawValue == text)
        #expect(SessionToken(rawValue: text) == SessionToken(text))
    }

    @Test(arguments: [
        "", "1234567", String(repeating: "a", count: 129), "a/../../x", "12345678.json", "1234 5678", "12345678\n",
        "ąąąąąąąą", "%2e%2e%2f12",
    ]) func textsThatAreNoSessionToken(_ text: String) {
        #expect(SessionToken(text) == nil)
    }

    @Test(arguments: ["", " ", "a b", "a\r\nX: y", "ž", String(repeating: "a", count: 1025)])
    func textsThatAreNoAccessToken(_ text: String) {
        #expect(AccessToken(text) == nil)
    }

    @Test(
        arguments: [
            (String(repeating: "a", count: 64), .sha256, true), (String(repeating: "A", count: 128), .sha512, true),
            (String(repeating: "a", count: 63), .sha256, false), (String(repeating: "a", count: 64), .sha512, false),
            (String(repeating: "g", count: 64), .sha256, false), (String(repeating: "ａ", count: 64), .sha256, false),
            ("", .sha256, false),
        ] as [(String, HashAlgorithm, Bool)])
    func hashes(_ hex: String, _ algorithm: HashAlgorithm, _ isValid: Bool) {
        #expect(HashValue(hex: hex, algorithm: algorithm)?.hex == (isValid ? hex.lowercased() : nil))
    }

    @Test(arguments: [
        ("", false, false), ("x", true, true), (String(repeating: "x", count: 200), true, true),
        (String(repeating: "x", count: 201), false, false), (String(repeating: "ž", count: 200), true, false),
        ("tab\t", true, false), ("line\n", true, false), ("~ !", true, true),
        ("e" + String(repeating: "\u{301}", count: 200), false, false),
    ]) func messages(_ message: String, _ forDocument: Bool, _ forHash: Bool) {
        #expect(SigningKind.document.allows(message: message) == forDocument)
        #expect(SigningKind.hash.allows(message: message) == forHash)
    }

    @Test func countries() {
        #expect(SigningKind.document.countries.map(\.rawValue) == ["LT", "LV", "EE"])
        #expect(SigningKind.hash.countries.map(\.rawValue) == ["LT", "EE"])
    }
}
