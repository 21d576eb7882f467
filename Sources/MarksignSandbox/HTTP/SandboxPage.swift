/// The page `/`: what this is, and which personal code does what.
struct SandboxPage {
    var configuration: SandboxConfiguration

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>Marksign sandbox</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #ccc; }
        strong { color: #a00; }
        </style>
        </head>
        <body>
        <h1>Marksign sandbox</h1>
        <p><strong>This is a test double, not Marksign.</strong> Nothing that is signed here binds anybody, and no phone
        is asked. Every answer carries the header <code>x-marksign-sandbox: 1</code>.</p>
        <h2>Signers</h2>
        <p>The personal code decides what happens.</p>
        <table>
        <tr><th>Personal code</th><th>Outcome</th></tr>
        \(rows)
        <tr><td>any other of the right form</td><td>no such account: 40401 at the start</td></tr>
        <tr><td>any other</td><td>malformed: 40005 at the start</td></tr>
        </table>
        <p>Sanctions and PEPs checks find <code>\(TestSigner.listed)</code> and nobody else. Codes have eleven digits;
        Latvian ones have a hyphen after the sixth.</p>
        <h2>Signatures</h2>
        <p>A signed document is the sent one with a visible note. A hash is signed with the key whose public half is
        <a href="/public-key.pem">public-key.pem</a>: ECDSA (P-256) with SHA-256 over the lower-case ASCII text of the
        hash, as 64 bytes of r and s, base64 of base64.</p>
        <h2>Requests</h2>
        <p>The paths below answer in Lithuanian; with <code>/en</code> in front, in English.
        \(configuration.accessToken == nil ? "Any access token is accepted." : "One access token is accepted.")</p>
        <ul>
        <li><code>POST /smartid/sign.json</code></li>
        <li><code>POST /smartid/sign/status/{token}.json</code></li>
        <li><code>POST /smartid/sign/hash.json</code></li>
        <li><code>POST /smartid/sign/hash/status/{token}.json</code></li>
        <li><code>DELETE /api/smartid/session/{token}</code></li>
        </ul>
        </body>
        </html>

        """
    }

    private var rows: String {
        TestSigner.allCases.map { signer in
            let codes = signer.personalCodes.map { "<code>\($0)</code>" }.joined(separator: " ")
            return "<tr><td>\(codes)</td><td>\(outcome(of: signer))</td></tr>"
        }.joined(separator: "\n")
    }

    private func outcome(of signer: TestSigner) -> String {
        switch signer {
        case .signs: "signs after \(configuration.signingTime)"
        case .refuses: "refuses after \(configuration.signingTime): 40020"
        case .picksWrongCode: "picks the wrong control code after \(configuration.signingTime): 40020"
        case .neverAnswers: "never answers: 40021 after \(configuration.sessionTimeout)"
        case .notQualified: "the account is not qualified: 40403 at the start"
        }
    }
}
