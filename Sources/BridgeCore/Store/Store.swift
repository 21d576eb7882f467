import Marksign

/// Where everything that must not be lost is kept.
///
/// Every write is on disk when the call returns. A write that throws has changed nothing, or, when it is not known
/// whether it did, may be repeated: each is idempotent by the ids that it is given. Every read for a client takes the
/// client's id, and what belongs to another client is as absent as what never was.
public protocol Store: Sendable {
    // MARK: Looking up without telling

    /// The HMAC of `bytes` under the store's own key, the purpose mixed in.
    func fingerprint(_ purpose: String, _ bytes: [UInt8]) -> [UInt8]

    // MARK: Clients and keys

    func addClient(_ client: Client, key: StoredAPIKey) async throws(StoreError)
    /// All clients, removed ones too, oldest first.
    func clients() async throws(StoreError) -> [Client]
    /// Adds a key; the client's other keys that are still valid stop at `oldKeysUntil`. `false`: no such client.
    func addKey(_ key: StoredAPIKey, oldKeysUntil: Timestamp) async throws(StoreError) -> Bool
    /// Stops all keys of a client. `false`: no such client, or removed before.
    func removeClient(_ id: ClientID, at time: Timestamp) async throws(StoreError) -> Bool
    /// The key of that public part, unless its client is removed.
    func apiKey(_ id: String) async throws(StoreError) -> StoredAPIKey?

    // MARK: Idempotency

    func keyState(_ key: IdempotencyKey, at time: Timestamp) async throws(StoreError) -> KeyState
    /// Takes a free key for a request that runs over several commits; `.free` means that it was taken.
    func reserve(_ key: IdempotencyKey, at time: Timestamp) async throws(StoreError) -> KeyState
    /// Keeps the answer of a request that reserved its key, or frees the key when there is none.
    func settle(_ key: IdempotencyKey, _ answer: KeptAnswer?) async throws(StoreError)

    // MARK: Instances

    /// Makes the process an instance: what it writes from now on is that instance's. Asking again is the same. `nil`:
    /// its lease is over already.
    ///
    /// - Parameter name: Tells an operator which process it is.
    func join(_ request: LeaseRequest, name: String) async throws(StoreError) -> InstanceGrant?
    /// Renews the lease of the instance that the process is. `nil`: the lease is over, and so is the instance.
    func renew(_ request: LeaseRequest) async throws(StoreError) -> InstanceGrant?
    /// The process is no instance until it joins again: it starts and watches nothing, since that would be nobody's.
    func resign()
    /// Ends the instance: what it owns is anybody's.
    func leave() async throws(StoreError)
    /// Gives up the pending sessions and deliveries that the instance owns, all but these: they are anybody's, under
    /// the epochs and fences that they have. What is starting stays the instance's. Nothing where there are no others.
    ///
    /// What is given up must not be under way: the next owner polls and sends it, too.
    func giveUp(allBut sessions: [SessionID], _ deliveries: [DeliveryID]) async throws(StoreError)
    /// How many open sessions and pending deliveries this instance lacks to have as many as each of the others, once
    /// nothing belongs to instances that are gone.
    func fairShare() async throws(StoreError) -> (sessions: Int, deliveries: Int)
    /// Takes over at most `limit` open sessions of instances that are gone, under a new epoch, the oldest first, and
    /// frees the keys of requests that were cut with them. `nil`: there are none.
    ///
    /// Those of an instance that did not leave, but lost its lease, are left to it for some seconds after this one
    /// has joined: when nobody could reach the store, it may still have to write how they ended.
    func adoptSessions(limit: Int) async throws(StoreError) -> [OpenSession]?
    /// Takes over at most `limit` pending deliveries likewise. The verdict of an attempt that began before is not
    /// followed.
    /// `nil`: there are none.
    func adoptDeliveries(limit: Int) async throws(StoreError) -> [DueDelivery]?
    /// Those of the sessions that are open and the instance's.
    func openSessions(_ ids: [SessionID]) async throws(StoreError) -> [OpenSession]
    /// What others did, and what the instance owns, perhaps without knowing.
    func news(_ query: NewsQuery) async throws(StoreError) -> News

    // MARK: Sessions

    /// Commits a session in `starting`, and reserves its key, before its start is sent.
    func beginStart(_ session: Session, key: IdempotencyKey?, at time: Timestamp)
        async throws(StoreError) -> Keyed<Void>
    /// Makes a starting session pending, and keeps the answer. `false`: it is not starting under that epoch, or its
    /// token is watched already.
    func completeStart(_ session: Session, answer: KeptAnswer) async throws(StoreError) -> Bool
    /// Removes a starting session without a trace; its key keeps the answer, or is freed when there is none. `false`:
    /// it is not starting under that epoch. One that is gone was removed already.
    func abandonStart(_ id: SessionID, epoch: Int64, answer: KeptAnswer?) async throws(StoreError) -> Bool
    /// Commits a pending session of a token that was got elsewhere.
    func watch(_ session: Session, key: IdempotencyKey?, answer: KeptAnswer, at time: Timestamp)
        async throws(StoreError) -> Keyed<WatchResult>
    /// Writes a part of a signed file before its outcome, in a commit of its own.
    func writeFileChunk(_ bytes: ArraySlice<UInt8>, index: Int, of session: SessionID, epoch: Int64)
        async throws(StoreError)
    /// Ends a session; `nil` when it is not open under that epoch. The deliveries returned are those due.
    func end(_ ending: SessionEnding) async throws(StoreError) -> [DueDelivery]?
    /// Records that a client wants a session cancelled.
    func requestCancel(_ id: SessionID, client: ClientID, at time: Timestamp) async throws(StoreError) -> Session?
    /// A session that the API shows: not one that is starting.
    func session(_ id: SessionID, client: ClientID) async throws(StoreError) -> Session?
    func sessions(_ filter: SessionFilter, client: ClientID, page: PageRequest)
        async throws(StoreError) -> Page<Session>
    /// Removes a final session's personal data and file. The session as it was before; one that is still open is
    /// returned unchanged.
    func erase(_ id: SessionID, client: ClientID, at time: Timestamp) async throws(StoreError) -> Session?
    func file(of session: SessionID, client: ClientID) async throws(StoreError) -> StoredFile?
    func fileChunk(_ index: Int, of session: SessionID, client: ClientID) async throws(StoreError) -> [UInt8]?

    // MARK: Endpoints

    /// Registers an endpoint. `false`: its client has `limit` others that are not deleted.
    func createEndpoint(
        _ endpoint: Endpoint, atMost limit: Int, keys: SigningKeys, key: IdempotencyKey?, answer: KeptAnswer
    ) async throws(StoreError) -> Keyed<Bool>
    func endpoint(_ id: EndpointID, client: ClientID) async throws(StoreError) -> Endpoint?
    func endpoints(client: ClientID, page: PageRequest) async throws(StoreError) -> Page<Endpoint>
    /// Changes an endpoint. Disabling it holds its pending deliveries; enabling it makes its held ones due now, which
    /// are returned. Of very many, the rest is left to ``alignDeliveries(limit:at:)``; none goes out meanwhile that
    /// should not. `nil`: no such endpoint.
    func changeEndpoint(_ id: EndpointID, client: ClientID, _ change: EndpointChange, at time: Timestamp)
        async throws(StoreError) -> (endpoint: Endpoint, due: [DueDelivery])?
    /// Removes an endpoint; its open deliveries are abandoned and stay readable, those of very many by
    /// ``alignDeliveries(limit:at:)``. `nil`: no such endpoint; otherwise as it is left, not enabled.
    func deleteEndpoint(_ id: EndpointID, client: ClientID, at time: Timestamp) async throws(StoreError) -> Endpoint?
    /// Brings at most `limit` deliveries in line with endpoints that were enabled, disabled or removed. Those that are
    /// due; `nil` when all are in line.
    func alignDeliveries(limit: Int, at time: Timestamp) async throws(StoreError) -> [DueDelivery]?
    /// Gives an endpoint new keys; the present ones sign too until `overlapUntil`. `false`: no such endpoint.
    func rotateKeys(
        _ id: EndpointID, client: ClientID, to keys: SigningKeys, overlapUntil: Timestamp, at time: Timestamp,
        key: IdempotencyKey?, answer: KeptAnswer
    ) async throws(StoreError) -> Keyed<Bool>
    /// An endpoint that signs with a key pair, and its keys, whoever asks: the public halves are no secret.
    func keys(of id: EndpointID) async throws(StoreError) -> EndpointKeys?
    func endpointCounts() async throws(StoreError) -> EndpointCounts

    // MARK: Events and deliveries

    func event(_ id: EventID, client: ClientID) async throws(StoreError) -> Event?
    func events(_ query: EventQuery, client: ClientID, page: PageRequest) async throws(StoreError) -> Page<Event>
    /// Stores an event for one endpoint, whatever types it wants. What is due, nothing when the endpoint is disabled;
    /// `nil`: no such endpoint.
    func sendEvent(
        _ event: Event, to endpoint: EndpointID, delivery: DeliveryID, key: IdempotencyKey?, answer: KeptAnswer
    ) async throws(StoreError) -> Keyed<[DueDelivery]?>
    func delivery(_ id: DeliveryID, client: ClientID)
        async throws(StoreError) -> (delivery: Delivery, attempts: [Attempt])?
    func deliveries(_ filter: DeliveryFilter, client: ClientID, page: PageRequest)
        async throws(StoreError) -> Page<Delivery>
    /// Makes a delivery due now, whatever became of it, and starts its schedule anew. Of a disabled endpoint it is
    /// held; of one that is gone it stays abandoned, which is `.endpointGone`.
    func resend(_ id: DeliveryID, client: ClientID, at time: Timestamp, key: IdempotencyKey?, answer: KeptAnswer)
        async throws(StoreError) -> Keyed<ResendResult>
    func attempts(_ filter: AttemptFilter, client: ClientID, page: PageRequest)
        async throws(StoreError) -> Page<ListedAttempt>
    /// How many events a recovery would send: what the endpoint wants and has not had. `nil`: no such endpoint.
    func countRecoverable(_ recovery: Recovery, client: ClientID) async throws(StoreError) -> Int?
    /// Records a recovery, to be gone on with until it is done; one of the same endpoint is widened. `false`: no such
    /// endpoint.
    func recover(_ recovery: Recovery, client: ClientID, key: IdempotencyKey?, answer: KeptAnswer)
        async throws(StoreError) -> Keyed<Bool>
    /// Does at most `limit` events of the recorded recoveries: what was never sent gets a delivery, what has failed or
    /// waits is due now and starts its schedule anew, and what a disabled endpoint holds stays held. The deliveries
    /// that are due; `nil` when nothing is left to do.
    func continueRecoveries(limit: Int, at time: Timestamp, makeDeliveryID: @escaping @Sendable () -> DeliveryID)
        async throws(StoreError) -> [DueDelivery]?
    /// Every pending delivery of the instance, in pages by id, for the dispatcher when it begins.
    func pendingDeliveries(after id: DeliveryID?, limit: Int) async throws(StoreError) -> [DueDelivery]
    /// What an attempt needs; `nil` when the delivery is not pending any more, is another instance's.
    func work(for id: DeliveryID) async throws(StoreError) -> DeliveryWork?
    /// Records an attempt and what follows it, in one commit.
    ///
    /// `.gone` also disables the endpoint and holds its other deliveries. So does a failure when all attempts have
    /// failed since `failingCutoff` or longer, at least ``EndpointHealth/minimumFailures`` of them; the delivery itself
    /// is held then too, if it would be tried again.
    /// One that the receiver took always counts, unless the delivery has ended. Any other is not followed when another
    /// was recorded since, the delivery is not pending any more, or the endpoint is of another epoch; what is pending
    /// then is due at once.
    func record(_ record: AttemptRecord) async throws(StoreError) -> AttemptConsequence

    // MARK: Keeping house

    /// Removes at most `limit` of what is over for longer than it is kept.
    func expire(_ retention: Retention, at time: Timestamp, limit: Int) async throws(StoreError) -> Expired
    /// Seals with the first key what is sealed with another, in parts, so that other writes get their turns. How many
    /// values that were.
    func reseal() async throws(StoreError) -> Int
    /// Writes and reads back, to show that the store works.
    func probe() async throws(StoreError)
    /// When the oldest event that still waits for a delivery was made.
    func oldestUndelivered() async throws(StoreError) -> Timestamp?
    /// Ends all calls so long after now, and refuses those that come later, where the store may keep them waiting
    /// because it is elsewhere. A write that is ended so may have been done.
    func cut(after limit: Duration)
    /// Releases what the store holds. Nothing may be called after it.
    func close() async
}

/// What became of a request to watch a token.
public enum WatchResult: Sendable, Equatable {
    /// It is watched from now on.
    case watching
    /// The same client watches it already, or did.
    case exists(SessionID)
    /// Another client watches it, or did.
    case inUse
}

/// What became of a request to send a delivery again.
public enum ResendResult: Sendable, Equatable {
    /// It is due.
    case due(DueDelivery)
    /// Its endpoint is disabled: it is held.
    case held
    /// Its endpoint is gone.
    case endpointGone
    /// There is no such delivery.
    case notFound
}
