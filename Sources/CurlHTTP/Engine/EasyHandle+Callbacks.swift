import CCurl
import Glibc

// What libcurl calls while the engine's thread is inside `curl_multi_perform`. The context is the `EasyHandle`.

let receiveHeader: curl_write_callback = { bytes, size, count, context in
    let handle = EasyHandle.from(context)
    guard let transfer = handle.transfer, let bytes else { return 0 }
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    guard transfer.exchange.receive(headerLine: line, limit: transfer.request.maxHeaderBytes) else { return abort }
    // A trailer does not give the body more time.
    if transfer.bodyDeadline == nil, transfer.exchange.headComplete,
        case .prefix(_, let maxTime) = transfer.request.bodyPolicy
    {
        let deadline = ContinuousClock.now.advanced(by: maxTime)
        transfer.bodyDeadline = deadline
        handle.settings.expiry.include(deadline)
    }
    return line.count
}

let receiveBody: curl_write_callback = { bytes, size, count, context in
    let handle = EasyHandle.from(context)
    guard let transfer = handle.transfer, let bytes else { return 0 }
    let part = UnsafeRawBufferPointer(start: bytes, count: size * count)
    if let budget = transfer.request.bodyBudget,
        let room = transfer.exchange.roomNeeded(
            for: part.count, policy: transfer.request.bodyPolicy,
            announced: { Int(ccurl_easy_content_length(handle.curl)) })
    {
        guard let lease = budget.take(room, orElse: transfer.readOn) else { return Int(CURL_WRITEFUNC_PAUSE) }
        transfer.exchange.bodyLease = lease
    }
    let goesOn = transfer.exchange.receive(body: part, policy: transfer.request.bodyPolicy) {
        Int(ccurl_easy_content_length(handle.curl))
    }
    return goesOn ? part.count : abort
}

/// Opens the socket to one concrete address, or refuses; libcurl then tries the next one.
let openSocket: curl_opensocket_callback = { context, _, address in
    guard let transfer = EasyHandle.from(context).transfer, let address else { return CURL_SOCKET_BAD }
    if let filter = transfer.request.addressFilter, transfer.request.unixSocketPath == nil {
        let candidate = RemoteAddress(address.pointer(to: \.addr)!)
        guard let candidate, filter(candidate) else {
            transfer.exchange.refusedAddress = true
            return CURL_SOCKET_BAD
        }
    }
    let (family, type, proto) = (address.pointee.family, address.pointee.socktype, address.pointee.protocol)
    let descriptor = socket(family, type | CInt(SOCK_CLOEXEC.rawValue), proto)
    if descriptor >= 0 { transfer.exchange.openedSocket = true }
    return descriptor
}

/// The last moment before the request is sent, on new and on reused connections.
let approveRequest: curl_prereq_callback = { context, peer, _, port, _ in
    guard let transfer = EasyHandle.from(context).transfer else { return CURL_PREREQFUNC_ABORT }
    if transfer.request.unixSocketPath == nil, let peer {
        let host = String(cString: peer)
        if let filter = transfer.request.addressFilter {
            let address = UInt16(exactly: port).flatMap { RemoteAddress(host, port: $0) }
            guard let address, filter(address) else {
                transfer.exchange.refusedAddress = true
                return CURL_PREREQFUNC_ABORT
            }
        }
        transfer.exchange.remoteAddress =
            host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
    transfer.exchange.requestSent = true
    return CURL_PREREQFUNC_OK
}

/// Names are resolved elsewhere: a lookup by libcurl could stall the engine's thread until it is over.
let refuseLookup: curl_resolver_start_callback = { _, _, context in
    guard let transfer = EasyHandle.from(context).transfer else { return 1 }
    return transfer.target.literal == nil && transfer.request.unixSocketPath == nil ? 1 : 0
}

/// Any count other than what was offered stops the transfer; this one cannot be a count.
private let abort = Int(CURL_WRITEFUNC_ERROR)

extension EasyHandle {
    fileprivate static func from(_ context: UnsafeMutableRawPointer?) -> EasyHandle {
        Unmanaged<EasyHandle>.fromOpaque(context!).takeUnretainedValue()
    }
}
