import Marksign

/// The final write of a session, made once: however often it is repeated, it is the same write.
public struct FinalCommit: Sendable {
    /// The write.
    public let ending: SessionEnding
    /// The signed file in parts; each is to be written before ``ending``.
    public let fileChunks: [ArraySlice<UInt8>]

    /// The write of an outcome.
    ///
    /// - Parameters:
    ///   - session: The session as it was when open.
    ///   - eventID: A new id.
    ///   - publicURL: Prefix of links, without a slash at its end; links are paths without it.
    public init(
        _ outcome: Outcome, of session: Session, at time: Timestamp, eventID: EventID, publicURL: String?,
        answer: KeptAnswer? = nil, makeDeliveryID: @escaping @Sendable () -> DeliveryID
    ) {
        let result: SessionResult? =
            if case .completed(let signed) = outcome { SessionResult(signed) } else { nil }
        let content: [UInt8] =
            if case .completed(.document(let document)) = outcome { document.content } else { [] }
        fileChunks = stride(from: 0, to: content.count, by: StoredFile.chunkSize).map { start in
            content[start..<min(start + StoredFile.chunkSize, content.count)]
        }
        let event = Event.ended(session, outcome, file: result?.file, at: time, id: eventID, publicURL: publicURL)
        ending = SessionEnding(
            sessionID: session.id, epoch: session.epoch, status: outcome.status, endedAt: time, result: result,
            error: outcome.error, event: event, fileChunks: fileChunks.count, answer: answer,
            makeDeliveryID: makeDeliveryID)
    }
}
