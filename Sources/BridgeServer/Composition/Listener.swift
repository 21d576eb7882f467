import NIOCore
import ServiceLifecycle

/// A server that names its address when it cannot have it: somebody may have taken it since it was checked.
struct Listener: Service {
    let address: ListenAddress
    let server: any Service

    func run() async throws {
        do {
            try await server.run()
        } catch let error as IOError {
            throw address.error(error.errnoCode)
        }
    }
}
