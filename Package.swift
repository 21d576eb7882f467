// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")

let package = Package(
    name: "marksign-bridge",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "StandardWebhooks", targets: ["StandardWebhooks"])
    ],
    dependencies: [
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    ],
    targets: [
        .target(
            name: "BridgeRuntime",
            dependencies: [
                "BridgeCore", "CurlHTTP", "Marksign", "StandardWebhooks", "StrictJSON", crypto, lifecycle, logging,
            ]),
        .target(
            name: "BridgeStore",
            dependencies: [
                "BridgeCore", "Marksign", "StrictJSON", crypto, logging, .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .target(name: "BridgeCore", dependencies: ["Marksign", "StrictJSON", crypto, heap, deque]),
        .target(name: "Marksign", dependencies: ["StrictJSON", crypto]),
        .target(name: "StandardWebhooks", dependencies: [crypto]),
        .target(name: "StrictJSON"),
        .target(name: "CurlHTTP", dependencies: ["CCurl"]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON"]),
        .testTarget(name: "StandardWebhooksTests", dependencies: ["StandardWebhooks", crypto]),
        .testTarget(name: "MarksignTests", dependencies: ["Marksign", "StrictJSON", crypto]),
        .testTarget(name: "CurlHTTPTests", dependencies: ["CurlHTTP", "CCurl"]),
        .testTarget(name: "BridgeCoreTests", dependencies: ["BridgeCore", "Marksign", "StrictJSON", crypto]),
        .testTarget(
            name: "BridgeStoreTests",
            dependencies: [
                "BridgeStore", "BridgeCore", "Marksign", "StrictJSON", logging,
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
    ]
)

for target in package.targets where !["CCurl", "COpenAPI"].contains(target.name) {
    target.swiftSettings = settings
}
