/// A fault that befalls one request or one write.
enum Fault: String, CaseIterable {
    case storeBusy, storeDamaged, commitAnswerLost, storeSlow, readFails
    case upstreamUnreachable, upstreamTimeout, upstreamReset, upstreamTruncated, upstreamServerError, upstreamHTML
    case upstreamBusy, upstreamOwnError, upstreamUnknownStatus, upstreamUnauthorized, upstreamSlow
    case startRefused, signerNeverAnswers, resultMissing, sessionForgotten, sessionLate, removalRefused
    case receiverError, receiverBusy, receiverTimeout, receiverReset, receiverAnswerLost, receiverRedirect, receiverGone

    /// The highest rate that a seed may draw.
    var worst: Double {
        switch self {
        case .storeDamaged: 0.01
        case .receiverGone: 0.05
        case .startRefused, .upstreamUnauthorized, .commitAnswerLost: 0.2
        case .signerNeverAnswers, .resultMissing, .sessionForgotten, .sessionLate, .removalRefused: 0.5
        default: 0.4
        }
    }
}

/// A fault that comes, lasts for a while, and goes.
enum Spell: String, CaseIterable {
    case crash, pause, takeover, clockJump
    case diskFull, upstreamDown, tokenRevoked, upstreamThrottles, receiverDown
}
