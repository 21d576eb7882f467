extension Mutation {
    /// The promise that it breaks. It may break others too, but only this one shows that it is noticed for what it is.
    public var breaks: Promise {
        switch self {
        case .answersBeforeDurable, .tellsEarly: .acceptedIsOnDisk
        case .answersAnew: .sameAnswer
        case .endsTwice: .finalOnce
        case .losesDeliveries: .oneCommit
        case .ignoresEpoch: .staleOwner
        case .trustsItsMemory, .endsUnknown, .cutsFile: .truth
        case .dropsCancels: .cancelled
        case .faultEnds: .patience
        case .sendsBeforeCommit, .startsTwice, .forgetsKey: .startedOnce
        case .sendsWithoutPermit, .beginsFull: .rate
        case .sendsAllAtOnce: .concurrency
        case .pollsAtOnce, .ignoresRetryAfter: .pace
        case .rendersAnew: .sameBytes
        case .recordsNothing: .noNeedlessRepeat
        case .retriesAtOnce: .retriesInTime
        case .ignoresAddress: .presentAddress
        case .ignoresFence: .staleAttempt
        case .ignoresGone, .forgetsDeletion, .forgetsDisabling: .leftAlone
        case .takesAnyAnswer: .noEventVanishes
        case .givesUpWrites, .forgetsDeliveries, .forgetsSessions, .forgetsParts: .healing
        }
    }
}
