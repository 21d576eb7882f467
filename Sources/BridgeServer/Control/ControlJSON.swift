import BridgeCore
import StrictJSON

// What the control socket's two sides and the commands' --json say, each with one place where it is written and read.

extension NewClient {
    /// `{"id":"cli_…","name":"…","api_key":"mbk_…"}`
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { client in
            client.member("id", id.rawValue)
            client.member("name", name)
            client.member("api_key", apiKey)
        }
        return writer.bytes
    }

    init?(_ json: JSON) {
        guard let id = json["id"]?.string.flatMap({ ClientID($0) }), let name = json["name"]?.string,
            let apiKey = json["api_key"]?.string
        else { return nil }
        self.init(id: id, name: name, apiKey: apiKey)
    }
}

extension RotatedKey {
    /// `{"id":"cli_…","api_key":"mbk_…","old_keys_until":"…"}`
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { key in
            key.member("id", id.rawValue)
            key.member("api_key", apiKey)
            key.member("old_keys_until", oldKeysUntil.description)
        }
        return writer.bytes
    }

    init?(_ json: JSON) {
        guard let id = json["id"]?.string.flatMap({ ClientID($0) }), let apiKey = json["api_key"]?.string,
            let until = json["old_keys_until"]?.string.flatMap({ Timestamp(rfc3339: $0) })
        else { return nil }
        self.init(id: id, apiKey: apiKey, oldKeysUntil: until)
    }
}

/// A list of clients as JSON.
public enum ClientList {
    /// `{"data":[{"id":"cli_…","name":"…","created_at":"…","removed_at":null}]}`
    public static func json(_ clients: [Client]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { list in
            list.array("data") { data in
                for client in clients {
                    data.object { entry in
                        entry.member("id", client.id.rawValue)
                        entry.member("name", client.name)
                        entry.member("created_at", client.createdAt.description)
                        entry.member("removed_at", client.removedAt?.description)
                    }
                }
            }
        }
        return writer.bytes
    }

    static func read(_ json: JSON) -> [Client]? {
        guard let entries = json["data"]?.elements else { return nil }
        let clients = entries.compactMap { entry -> Client? in
            guard let id = entry["id"]?.string.flatMap({ ClientID($0) }), let name = entry["name"]?.string,
                let createdAt = entry["created_at"]?.string.flatMap({ Timestamp(rfc3339: $0) })
            else { return nil }
            let removedAt = entry["removed_at"]?.string.flatMap { Timestamp(rfc3339: $0) }
            return Client(id: id, name: name, createdAt: createdAt, removedAt: removedAt)
        }
        return clients.count == entries.count ? clients : nil
    }
}
