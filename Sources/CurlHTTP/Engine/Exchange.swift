/// What one transfer has received, kept within the request's bounds.
///
/// It counts for itself: libcurl's own limits do not cover chunked bodies, interim heads and trailers.
struct Exchange {
    /// Why the transfer was stopped from inside.
    enum Stop {
        case headerTooLarge, bodyTooLarge, prefixFull, switchedProtocols
    }

    private(set) var status = 0
    private(set) var head: [UInt8] = []
    private(set) var headComplete = false
    private(set) var body: [UInt8] = []
    private(set) var stop: Stop?
    private var headerBytes = 0
    /// The room that the body has of a budget.
    var bodyLease: ByteBudget.Lease?

    /// A socket was opened to an address that the filter allowed.
    var openedSocket = false
    /// The filter refused an address, of a socket or of a reused connection.
    var refusedAddress = false
    /// The request was about to be sent.
    var requestSent = false
    /// The peer, without its port when that is not known yet.
    var remoteAddress: String?

    /// Takes one header line; false stops the transfer.
    mutating func receive(headerLine line: UnsafeRawBufferPointer, limit: Int) -> Bool {
        headerBytes += line.count
        guard headerBytes <= limit else { return stop(.headerTooLarge) }
        // What comes after the final head is a trailer.
        guard !headComplete else { return true }
        if line.starts(with: "HTTP/".utf8) {
            status = Self.status(of: line)
            head.removeAll(keepingCapacity: true)
            // Nobody asked for another protocol; libcurl would wait for a body without end.
            guard status != 101 else { return stop(.switchedProtocols) }
        }
        if head.isEmpty { head.reserveCapacity(512) }
        head.append(contentsOf: line)
        let isEnd = line.first == UInt8(ascii: "\r") || line.first == UInt8(ascii: "\n")
        headComplete = isEnd && status >= 200
        return true
    }

    /// Takes a part of the body; false stops the transfer.
    ///
    /// - Parameter announced: the length that the head announced, told for the first part; negative when unknown.
    mutating func receive(
        body part: UnsafeRawBufferPointer, policy: HTTPClientRequest.BodyPolicy, announced: () -> Int
    ) -> Bool {
        switch policy {
        case .whole(let limit):
            if body.isEmpty {
                let announced = announced()
                guard announced <= limit else { return stop(.bodyTooLarge) }
                if announced > part.count { body.reserveCapacity(announced) }
            }
            guard part.count <= limit - body.count else { return stop(.bodyTooLarge) }
            body.append(contentsOf: part)
        case .prefix(let limit, _):
            let room = max(0, limit - body.count)
            body.append(contentsOf: part.prefix(room))
            guard part.count <= room else { return stop(.prefixFull) }
        }
        return true
    }

    /// How much room a body must have before this part of it is taken; nil when it needs none, or none more. One of
    /// unknown length may grow to its limit.
    func roomNeeded(
        for part: Int, policy: HTTPClientRequest.BodyPolicy, announced: () -> Int
    ) -> Int? {
        guard bodyLease == nil, case .whole(let limit) = policy else { return nil }
        if body.isEmpty, case let announced = announced(), announced >= 0 {
            return announced > ByteBudget.smallBody && announced <= limit ? announced : nil
        }
        return body.count + part > ByteBudget.smallBody ? limit : nil
    }

    private mutating func stop(_ reason: Stop) -> Bool {
        stop = reason
        return false
    }

    /// The three digits after `HTTP/x.y `, or 0.
    private static func status(of line: UnsafeRawBufferPointer) -> Int {
        guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return 0 }
        return line[(space + 1)...].prefix(3).reduce(0) { value, byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? value * 10 + Int(byte - UInt8(ascii: "0")) : value
        }
    }
}
