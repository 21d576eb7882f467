import CCurl

/// An immutable `curl_slist` in one allocation.
///
/// libcurl reads the lists of headers and addresses where they are and never frees them, so that nodes and text may
/// share a block. `curl_slist_append` would take two allocations for each line.
///
/// Sendable: nothing is written after `init`, libcurl only reads, and only `deinit` frees.
final class StringList: @unchecked Sendable {
    /// The first node, nil when the list is empty.
    let head: UnsafeMutablePointer<curl_slist>?

    init(_ lines: [String]) {
        guard !lines.isEmpty else {
            head = nil
            return
        }
        let nodeBytes = lines.count * MemoryLayout<curl_slist>.stride
        let textBytes = lines.reduce(0) { $0 + $1.utf8.count + 1 }
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: nodeBytes + textBytes, alignment: MemoryLayout<curl_slist>.alignment)
        let nodes = block.bindMemory(to: curl_slist.self, capacity: lines.count)
        var text = (block + nodeBytes).bindMemory(to: CChar.self, capacity: textBytes)
        for (index, line) in lines.enumerated() {
            let next = index + 1 < lines.count ? nodes + index + 1 : nil
            (nodes + index).initialize(to: curl_slist(data: text, next: next))
            for byte in line.utf8 {
                text.pointee = CChar(bitPattern: byte)
                text += 1
            }
            text.pointee = 0
            text += 1
        }
        head = nodes
    }

    deinit {
        UnsafeMutableRawPointer(head)?.deallocate()
    }
}
