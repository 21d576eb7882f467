import Marksign
import Testing

/// The answers that Marksign's documentation prints, and the same with what they leave out filled in.
@Suite struct SampleTests {
    static let sanctions = #"""
        [{
            "id": 17,
            "reference": "10131008196",
            "first_name": "Ali Barzan Ibrahim Hasan",
            "last_name": "AL-TIKRITI",
            "full_name": "",
            "date_of_birth": "18 Apr 1981",
            "place_of_birth": "Country",
            "aka": "Barzan Ibrahim Hasan al-Tikriti",
            "gender": "male",
            "document_number": "",
            "country_of_origin": "Country",
            "type_sdn_or_entity": "Individual",
            "name_of_the_list": "OFAC SDN (Specially Designated Nationals) List",
            "date_of_publication": "OFAC SDN List",
            "date_of_publication_of_the_list": "2020-09-23 07:28:28",
            "search_created_at": "2019-04-07T11:21:53Z",
            "associates": {
              "parent": "Name Surname"
            },
            "image_url": "http://www.eltiempo.com/archivo/documento/MAM-2761276.jpg",
            "date_of_death": "2020-09-23 07:28:28"
          }]
        """#
    static let peps = #"""
        [{
            "id": 1422,
            "reference": "10101007067-sHft2244Qt",
            "first_name": "Name",
            "last_name": "Surname",
            "full_name": "Name Surname",
            "political_position": "Lithuanian politician",
            "associates": {
              "parent": "Name Surname"
            },
            "aka": "Name Surname, Name Surname",
            "date_of_birth": "1972-07-20",
            "place_of_birth": "Lithuania",
            "gender": "male",
            "country_of_origin": "",
            "country_of_activity": "",
            "search_created_at": "2020-06-30 08:40:02",
            "date_of_death": "2020-06-30 08:40:02"
          }]
        """#

    static func document(content: String, digest: String) -> String {
        #"""
        {
          "status": "ok",
          "signature_id": "IEBCLXycNwpDQ\/Orcts..........PN+FTv\/nhGn6u+E9z2KB+W4Aw",
          "file": {
            "name": "aec29dc7-bde3-8299-6dc6-00686318e538_signed.pdf",
            "content": "\#(content)",
            "digest": "\#(digest)"
          },
          "person": {
            "name": "NAME",
            "surname": "SURNAME"
          },
          "sanctions_data": \#(sanctions),
          "peps_data": \#(peps)
        }
        """#
    }

    @Test func documentAsPrinted() {
        let sample = Self.document(
            content: "JVBERi0xLjUKJbXtrvsKNzYgMCBvYmoKPDwgL..........RhcnR4cmVmCjEzOTg1MwolJUVPRgo=",
            digest: "a09f67cf3253cca105..........03e1e3fb3ee5db98c2f9")
        // Its content is not base64: nothing that could be taken for a signed file.
        #expect(PollReply(answer(sample), kind: .document) == .invalidResult(.fileUnreadable))
    }

    @Test func documentFilledIn() throws {
        // A few lines of a PDF; the slashes of its base64 are escaped, as PHP does.
        let sample = Self.document(
            content: #"JVBERi0xLjUKJbXtrvsKNzYgMCBvYmoKPDwgL0xlbmd0aCA\/PiA+Pgo\/Pz8\/JSVFT0YK"#,
            digest: "9b500325b49c92901a86e552878b1f89e1f80daf")
        guard case .completed(.document(let document)) = PollReply(answer(sample), kind: .document) else {
            Issue.record("not completed")
            return
        }
        #expect(document.signatureID == "IEBCLXycNwpDQ/Orcts..........PN+FTv/nhGn6u+E9z2KB+W4Aw")
        #expect(document.name == "aec29dc7-bde3-8299-6dc6-00686318e538_signed.pdf")
        #expect(document.mediaType == "application/pdf")
        #expect(document.content.starts(with: "%PDF-1.5\n%".utf8))
        #expect(document.content.count == 51)
        #expect(document.digest == "9b500325b49c92901a86e552878b1f89e1f80daf")
        #expect(document.digestAlgorithm == .sha1)
        #expect(document.digestVerified)
        #expect(document.person?.name == "NAME")
        #expect(document.person?.surname == "SURNAME")
        #expect(document.sanctionsData == Array(Self.sanctions.utf8))
        #expect(document.pepsData == Array(Self.peps.utf8))
    }

    private static func hash(_ value: String) -> String {
        "{\n  \"status\": \"ok\",\n  \"signature_value\": \"\(value)\"\n}"
    }

    @Test func hashAsPrinted() {
        let sample = Self.hash("T2RKYUlGL1dxUUJjc3ZI..........TmFkQzY4OTU3dnNuYw==")
        #expect(PollReply(answer(sample), kind: .hash) == .invalidResult(.signatureValueUnreadable))
    }

    @Test func hashFilledIn() throws {
        let value = try #require(SignatureValue(rawValue: "T2RKYUlGL1dxUUJjc3ZITmFkQzY4OTU3dnNuYw=="))
        #expect(PollReply(answer(Self.hash(value.rawValue)), kind: .hash) == .completed(.hash(value)))
    }

    @Test(arguments: SigningKind.allCases) func failureAsPrinted(_ kind: SigningKind) {
        let sample = """
            {
              "status": "error",
              "message": "Session for given token was not found",
              "error_code": 40402
            }
            """
        #expect(PollReply(answer(sample), kind: kind) == .notFound(upstreamCode: 40402))
    }
}
