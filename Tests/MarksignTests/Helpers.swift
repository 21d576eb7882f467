import Marksign

/// An HTTP answer with this text.
func answer(_ body: String, status: Int = 200, retryAfter: String? = nil) -> UpstreamAnswer {
    .http(status: status, retryAfter: retryAfter, body: Array(body.utf8))
}

/// A failure in Marksign's form; `code` is JSON.
func failure(_ code: String?, status: Int = 200, retryAfter: String? = nil) -> UpstreamAnswer {
    let member = code.map { #","error_code":\#($0)"# } ?? ""
    return answer(#"{"status":"error","message":"Words"\#(member)}"#, status: status, retryAfter: retryAfter)
}
