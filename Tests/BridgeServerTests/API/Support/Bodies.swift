import Foundation

/// Bodies of `POST /v1/sessions`.
enum Bodies {
    static let pdf = Data("%PDF-1.7 a small one".utf8).base64EncodedString()

    static let document = document()

    static func document(
        signer: String = #"{"country":"LT","personal_code":"30303039914"}"#, type: String = "pdf",
        file: String = #"{"name":"contract.pdf","content":"\#(pdf)"}"#, more: String = ""
    ) -> String {
        #"{"kind":"document","method":"smart-id","signer":\#(signer),"document":{"type":"\#(type)","files":[\#(file)]}\#(more)}"#
    }

    static let digits = String(repeating: "0aF9", count: 16)

    static let hash = hash()

    static func hash(
        _ hash: String = digits, algorithm: String = "SHA256",
        signer: String = #"{"country":"EE","personal_code":"40404040009"}"#, more: String = ""
    ) -> String {
        #"{"kind":"hash","method":"smart-id","signer":\#(signer),"hash":"\#(hash)","hash_algorithm":"\#(algorithm)"\#(more)}"#
    }

    static func watch(_ token: String = "aec29dc7-bde3", more: String = "") -> String {
        #"{"kind":"document","method":"smart-id","token":"\#(token)"\#(more)}"#
    }
}
