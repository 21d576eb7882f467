import COpenAPI

/// The API's contract as it is served: the repository's `openapi.yaml`, built into the program.
public enum OpenAPIDocument {
    /// The text, UTF-8.
    public static var bytes: [UInt8] {
        Array(UnsafeBufferPointer(start: openapi_yaml(), count: openapi_yaml_size()))
    }
}
