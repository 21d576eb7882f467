import BridgeCore
import Foundation
import StrictJSON

/// What of an endpoint is sealed: its keys, its header fields, and its TLS settings.
struct EndpointCredentials: Sendable, Equatable {
    var keys: EndpointKeys
    var headers: [EndpointHeader]
    var tls: EndpointTLS?

    func sealed(for id: EndpointID, _ sealer: Sealer) -> Data {
        sealer.seal(json, at: Self.place(id))
    }

    init(keys: EndpointKeys, headers: [EndpointHeader] = [], tls: EndpointTLS? = nil) {
        self.keys = keys
        self.headers = headers
        self.tls = tls
    }

    init(_ sealed: Data, of id: EndpointID, _ sealer: Sealer) throws {
        let bytes = Array(try sealer.open(sealed, at: Self.place(id)))
        guard let json = try? JSON.parse(bytes), let credentials = Self(json) else {
            throw DamagedValue("\(Self.place(id)) cannot be read")
        }
        self = credentials
    }

    private static func place(_ id: EndpointID) -> Place {
        Place(.credentials, id.rawValue)
    }
}

// MARK: As JSON

extension EndpointCredentials {
    private var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.object("keys") { writer in
                keys.current.writeMembers(to: &writer)
                writer.array("previous") { writer in
                    for previous in keys.previous {
                        writer.object { writer in
                            previous.keys.writeMembers(to: &writer)
                            writer.member("until", previous.until.milliseconds)
                        }
                    }
                }
            }
            writer.array("headers") { writer in
                for header in headers {
                    writer.object { writer in
                        writer.member("name", header.name)
                        writer.member("value", header.value)
                        writer.member("secret", header.isSecret)
                    }
                }
            }
            if let tls {
                writer.object("tls") { writer in
                    writer.member("ca", tls.certificateAuthorities)
                    writer.member("certificate", tls.identity?.certificateChain)
                    writer.member("private_key", tls.identity?.privateKey)
                }
            }
        }
        return writer.bytes
    }

    /// `nil`: a member is missing.
    private init?(_ json: JSON) {
        guard let keys = json["keys"], let current = SigningKeys(keys),
            let previous = keys["previous"]?.elements?.map(EndpointKeys.Previous.init),
            let headers = json["headers"]?.elements?.map(EndpointHeader.init),
            !previous.contains(nil), !headers.contains(nil)
        else { return nil }
        self.init(
            keys: EndpointKeys(current: current, previous: previous.compactMap(\.self)),
            headers: headers.compactMap(\.self), tls: json["tls"].map(EndpointTLS.init))
    }
}

extension SigningKeys {
    fileprivate init?(_ json: JSON) {
        guard let secret = json["secret"]?.string, let privateKey = json["private_key"]?.string else { return nil }
        self.init(secret: secret, privateKey: privateKey)
    }

    fileprivate func writeMembers(to writer: inout JSONObjectWriter) {
        writer.member("secret", secret)
        writer.member("private_key", privateKey)
    }
}

extension EndpointKeys.Previous {
    fileprivate init?(_ json: JSON) {
        guard let keys = SigningKeys(json), let until = json["until"]?.integer else { return nil }
        self.init(keys: keys, until: Timestamp(milliseconds: until))
    }
}

extension EndpointHeader {
    fileprivate init?(_ json: JSON) {
        guard let name = json["name"]?.string, let value = json["value"]?.string, let secret = json["secret"]?.boolean
        else { return nil }
        self.init(name: name, value: value, isSecret: secret)
    }
}

extension EndpointTLS {
    fileprivate init(_ json: JSON) {
        var identity: Identity?
        if let certificate = json["certificate"]?.string, let key = json["private_key"]?.string {
            identity = Identity(certificateChain: certificate, privateKey: key)
        }
        self.init(certificateAuthorities: json["ca"]?.string, identity: identity)
    }
}
