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
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")

let package = Package(
    name: "marksign-bridge",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "marksign-bridge", targets: ["marksign-bridge"]),
        .library(name: "StandardWebhooks", targets: ["StandardWebhooks"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.0.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    ],
    targets: [
        .executableTarget(
            name: "marksign-bridge",
            dependencies: [
                "BridgeServer", "BridgeCore", "CurlHTTP", "Marksign", "MarksignSandbox", "StandardWebhooks",
                "StrictJSON",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                lifecycle, signals, logging, hummingbird, nio, httpTypes,
            ]),
        .target(
            name: "BridgeServer",
            dependencies: [
                "BridgeCore", "BridgeRuntime", "BridgeStore", "COpenAPI", "CurlHTTP", "Marksign",
                "PostgreSQLClient", "StandardWebhooks", "StrictJSON", crypto, lifecycle, signals, logging, hummingbird,
                hummingbirdCore, nio, nioPosix, nioHTTP1, httpTypes, configuration, x509, asn1,
                .product(name: "Yams", package: "Yams"),
            ]),
        .target(name: "COpenAPI"),
        .target(
            name: "BridgeRuntime",
            dependencies: [
                "BridgeCore", "CurlHTTP", "Failpoints", "Marksign", "StandardWebhooks", "StrictJSON", crypto, lifecycle,
                logging,
            ]),
        .target(
            name: "BridgeStore",
            dependencies: [
                "BridgeCore", "Failpoints", "Marksign", "PostgreSQLClient", "StrictJSON", crypto, logging,
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .target(name: "Failpoints"),
        .target(name: "BridgeCore", dependencies: ["Marksign", "StrictJSON", crypto, heap, deque]),
        .target(name: "Marksign", dependencies: ["StrictJSON", crypto]),
        .target(name: "StandardWebhooks", dependencies: [crypto]),
        .target(name: "StrictJSON"),
        .target(name: "CurlHTTP", dependencies: ["CCurl"]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "PostgreSQLClient", dependencies: ["CPostgreSQL", deque]),
        .target(name: "CPostgreSQL", linkerSettings: [.linkedLibrary("pq")]),
        .target(
            name: "MarksignSandbox",
            dependencies: ["StrictJSON", crypto, lifecycle, logging, hummingbird, nio, httpTypes]),
        .target(name: "ChildProcesses", dependencies: ["CChildProcess"], path: "Tests/Support/ChildProcesses"),
        .target(name: "CChildProcess", path: "Tests/Support/CChildProcess"),
        .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON"]),
        .testTarget(name: "StandardWebhooksTests", dependencies: ["StandardWebhooks", crypto]),
        .testTarget(name: "MarksignTests", dependencies: ["Marksign", "StrictJSON", crypto]),
        .testTarget(name: "CurlHTTPTests", dependencies: ["ChildProcesses", "CurlHTTP", "CCurl"]),
        .target(
            name: "BridgeSimulation", dependencies: ["BridgeCore", "Marksign", heap, deque],
            path: "Tests/BridgeSimulation"),
        .executableTarget(name: "simulate", dependencies: ["BridgeSimulation"], path: "Tests/Simulate"),
        .testTarget(name: "BridgeSimulationTests", dependencies: ["BridgeSimulation"]),
        .testTarget(name: "PostgreSQLClientTests", dependencies: ["PostgreSQLClient", "PostgreSQLServer"]),
        .target(name: "PostgreSQLServer", path: "Tests/Support/PostgreSQLServer"),
        .testTarget(name: "BridgeCoreTests", dependencies: ["BridgeCore", "Marksign", "StrictJSON", crypto]),
        .testTarget(
            name: "BridgeStoreTests",
            dependencies: [
                "BridgeStore", "BridgeCore", "BridgeSimulation", "Marksign", "PostgreSQLClient", "PostgreSQLServer",
                "StrictJSON", logging, .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "MarksignSandboxTests",
            dependencies: ["MarksignSandbox", "StrictJSON", crypto, lifecycle, logging]),
        .testTarget(
            name: "BridgeServerTests",
            dependencies: [
                "ChildProcesses", "BridgeServer", "BridgeCore", "BridgeRuntime", "BridgeStore", "CurlHTTP", "Marksign",
                "MarksignSandbox",
                "StandardWebhooks", "StrictJSON", crypto, lifecycle, logging, hummingbird, nio, nioPosix, nioHTTP1,
                .product(name: "NIOEmbedded", package: "swift-nio"), httpTypes, configuration, x509, asn1,
            ]),
    ]
)

// With FUZZING set, the package has the fuzzers, and what they try tells them which way it went. Otherwise their inputs
// are tried in tests.
let isFuzzing = Context.environment["FUZZING"] != nil
let fuzzed: [Target.Dependency] = [
    "BridgeServer", "BridgeCore", "BridgeRuntime", "CurlHTTP", "Marksign", "StandardWebhooks", "StrictJSON",
]
package.targets.append(
    isFuzzing
        ? .executableTarget(
            name: "fuzz", dependencies: fuzzed, path: "Tests/Fuzzing", exclude: ["Corpora", "CorpusTests.swift"],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])])
        : .testTarget(
            name: "FuzzingTests", dependencies: fuzzed, path: "Tests/Fuzzing", exclude: ["Corpora", "Driver"]))

for target in package.targets where !["CCurl", "COpenAPI", "CChildProcess", "CPostgreSQL"].contains(target.name) {
    target.swiftSettings = settings + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"])] : [])
}
