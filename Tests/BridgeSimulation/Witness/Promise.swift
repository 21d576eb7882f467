/// What must hold in every world, in words.
public enum Promise: String, CaseIterable, Sendable {
    // Of what clients are told.
    case acceptedIsOnDisk = "what a client was told is on disk"
    case sameAnswer = "a repeated request has the same answer"

    // Of sessions.
    case finalOnce = "a final status never changes"
    case oneCommit = "an outcome, its one event and its deliveries are one commit"
    case staleOwner = "a stale owner changes nothing"
    case truth = "an outcome is what Marksign gave"
    case patience = "faults end no session before its time is over"

    // Of what is sent to Marksign.
    case startedOnce = "a start is sent once, when its session is on disk, and an idempotency key starts once"
    case rate = "no second holds more requests than the rate allows"
    case concurrency = "no more requests are under way than the setting allows"

    // Of deliveries.
    case sameBytes = "every attempt of an event has the same bytes"
    case noNeedlessRepeat = "what was delivered is not sent again without a reason"
    case retriesInTime = "no retry comes before its time, and none is planned too late"
    case presentAddress = "what an endpoint said at another address, or before it was disabled, decides nothing"
    case leftAlone = "an endpoint that is gone or deleted is left alone"
    case noEventVanishes = "every event is delivered, or is seen not to be"

    // Of the whole.
    case healing = "when faults stop, all that is due gets done"
    case calm = "without faults all goes well"
}
