import CCurl

/// The life of a transfer: admitted, resolved, launched, and completed by libcurl or abandoned.
extension EngineLoop {
    func admit(_ transfer: Transfer) {
        transfers[transfer.id] = transfer
        transfer.readOn = { [id = transfer.id, mailbox] in _ = mailbox.post(.readOn(id)) }
        if transfer.cancellation.isSet { return abandon(transfer, .cancelled) }
        if transfer.request.unixSocketPath != nil { return enqueue(transfer) }
        if let address = transfer.target.literal {
            let isAllowed = transfer.request.addressFilter?(address) ?? true
            return isAllowed ? enqueue(transfer) : abandon(transfer, .noAddressAllowed)
        }
        let (id, mailbox) = (transfer.id, mailbox)
        let host = resolver.resolve(host: transfer.target.host, port: transfer.target.port) { result in
            _ = mailbox.post(.resolved(id, result))
        }
        if let host {
            resolved(transfer, .success(host))
        } else {
            expiry.include(transfer.deadline)
        }
    }

    func resolved(_ transfer: Transfer, _ result: Result<ResolvedHost, HTTPClientError>) {
        switch result {
        case .success(let host):
            transfer.resolveList = host.resolveList(allowedBy: transfer.request.addressFilter)
            if transfer.resolveList == nil { abandon(transfer, .noAddressAllowed) } else { enqueue(transfer) }
        case .failure(let error):
            abandon(transfer, error)
        }
    }

    private func enqueue(_ transfer: Transfer) {
        guard freeHandles.isEmpty || !queue.isEmpty else { return launch(transfer) }
        queue.append(transfer.id)
        expiry.include(transfer.deadline)
    }

    /// Runs a transfer on a free handle.
    func launch(_ transfer: Transfer) {
        transfer.started = .now
        let remaining = transfer.started.duration(to: transfer.deadline)
        guard remaining > .zero else { return abandon(transfer, .waitedTooLong) }
        let index = freeHandles.removeLast()
        transfer.phase = .running(index)
        do {
            let handle = try handles[index] ?? EasyHandle(index: index, settings: settings)
            handles[index] = handle
            try handle.begin(transfer, remaining: remaining)
            guard curl_multi_add_handle(multi, handle.curl) == CURLM_OK else {
                throw EasyHandle.OptionFault(code: CURLE_FAILED_INIT)
            }
        } catch {
            abandon(transfer, .invalidRequest("libcurl refused the request: \(error)"))
        }
    }

    /// Has libcurl offer again what waits for room. HTTP/1 only: what is not read stays with the server.
    func readOn(_ transfer: Transfer) {
        guard case .running(let index) = transfer.phase, let handle = handles[index] else { return }
        curl_easy_pause(handle.curl, CURLPAUSE_CONT)
    }

    /// libcurl is done with the transfer on this handle.
    func complete(_ index: Int, _ code: CURLcode) {
        guard let handle = handles[index], let transfer = handle.transfer else { return }
        let exchange = transfer.exchange
        let isRefusedReuse = code == CURLE_ABORTED_BY_CALLBACK && exchange.refusedAddress && !transfer.avoidsReuse
        let isWhole = code == CURLE_OK && exchange.headComplete
        let result: Result<Transfer.Reply, HTTPClientError>
        if isWhole || transfer.isAnswered {
            result = .success(handle.reply(of: transfer, bodyComplete: isWhole))
        } else {
            let message = handle.message(for: code)
            let kind = HTTPClientError.Kind(code, exchange, message: message)
            result = .failure(transfer.error(kind, message))
        }
        release(index)
        if isRefusedReuse {
            // The pool offered a connection that is not allowed any more; nothing was sent on it.
            transfer.phase = .waiting
            transfer.avoidsReuse = true
            transfer.exchange = Exchange()
            launch(transfer)
        } else {
            finish(transfer, result)
        }
    }

    /// Ends a transfer wherever it is. An answer that is there already is not lost.
    func abandon(_ transfer: Transfer, _ reason: HTTPClientError) {
        guard case .running(let index) = transfer.phase else { return finish(transfer, .failure(reason)) }
        if transfer.isAnswered, let handle = handles[index] {
            let reply = handle.reply(of: transfer, bodyComplete: false)
            release(index)
            finish(transfer, .success(reply))
        } else {
            release(index)
            finish(transfer, .failure(transfer.error(reason.kind, reason.message)))
        }
    }

    private func release(_ index: Int) {
        guard let handle = handles[index] else { return freeHandles.append(index) }
        curl_multi_remove_handle(multi, handle.curl)
        // A handle that cannot be cleared is not used again.
        do { try handle.end() } catch { handles[index] = nil }
        freeHandles.append(index)
    }

    private func finish(_ transfer: Transfer, _ result: Result<Transfer.Reply, HTTPClientError>) {
        transfers.removeValue(forKey: transfer.id)
        finished.append((transfer.continuation, result))
    }
}
