import HTTPTypes
import Hummingbird

/// Marks every answer, errors included, so that nobody takes the sandbox for Marksign.
struct SandboxMark: RouterMiddleware {
    static let header = HTTPField.Name("x-marksign-sandbox")!

    func handle(
        _ request: Request, context: SandboxContext, next: (Request, SandboxContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as any HTTPResponseError {
            response = try error.response(from: request, context: context)
        }
        response.headers[Self.header] = "1"
        return response
    }
}
