import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The HTTP side: the paths of both locales, the latency and the faults.
final class SandboxRoutes: Sendable {
    private let api: SandboxAPI
    private let configuration: SandboxConfiguration
    private let faults: Mutex<FaultPlan>

    init(api: SandboxAPI, configuration: SandboxConfiguration) {
        self.api = api
        self.configuration = configuration
        faults = Mutex(FaultPlan(rate: configuration.faultRate, seed: configuration.seed))
    }

    var router: Router<SandboxContext> {
        let router = Router(context: SandboxContext.self)
        router.add(middleware: SandboxMark())
        let page = SandboxPage(configuration: configuration).html
        router.get("/") { _, _ in Response.of(page, type: "text/html; charset=utf-8") }
        router.get("/public-key.pem") { [api] _, _ in
            Response.of(api.key.publicKeyPEM, type: "application/x-pem-file")
        }
        for locale in Locale.allCases { addCalls(to: router.group(RouterPath(locale.pathPrefix)), locale) }
        return router
    }

    private func addCalls(to group: RouterGroup<SandboxContext>, _ locale: Locale) {
        group.post("/smartid/sign.json") { try await self.respond(.startDocument, $0, $1, locale) }
        group.post("/smartid/sign/hash.json") { try await self.respond(.startHash, $0, $1, locale) }
        group.post("/smartid/sign/status/{token}.json") { request, context in
            try await self.respond(
                .status(.document, token: context.parameters.require("token")), request, context, locale)
        }
        group.post("/smartid/sign/hash/status/{token}.json") { request, context in
            try await self.respond(.status(.hash, token: context.parameters.require("token")), request, context, locale)
        }
        group.delete("/api/smartid/session/{token}") { request, context in
            try await self.respond(.remove(token: context.parameters.require("token")), request, context, locale)
        }
    }

    private func respond(
        _ call: Call, _ request: Request, _ context: SandboxContext, _ locale: Locale
    ) async throws -> Response {
        let fault = faults.withLock { $0.next() }
        let body = try await request.body.collect(upTo: configuration.bodyLimit)
        if configuration.latency > .zero { try await Task.sleep(for: configuration.latency) }
        // These two stand for a request that never reached Marksign; all others happen to its answer.
        switch fault {
        case .technicalError: return .of(Answer(.technicalError, in: locale))
        case .badGatewayPage:
            return .of("<html><h1>502 Bad Gateway</h1></html>\n", status: .badGateway, type: "text/html")
        default: break
        }
        let answer = api.answer(call, Array(buffer: body), in: locale, at: .now)
        return try await spoil(answer, fault, context.channel)
    }

    private func spoil(_ answer: Answer, _ fault: Fault?, _ channel: any Channel) async throws -> Response {
        switch fault {
        case .page:
            return .of("<html><h1>One moment, please</h1></html>\n", type: "text/html")
        case .slow(let delay):
            try await Task.sleep(for: delay)
        case .cut:
            return .cut(answer)
        case .reset:
            try await channel.reset()
        case .empty:
            return Response(status: .ok)
        case nil, .technicalError, .badGatewayPage:
            break
        }
        return .of(answer)
    }
}
