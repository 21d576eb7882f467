// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "marksign-bridge",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "StandardWebhooks", targets: ["StandardWebhooks"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2")
    ],
    targets: [
        .target(name: "Marksign", dependencies: ["StrictJSON", crypto]),
        .target(name: "StandardWebhooks", dependencies: [crypto]),
        .target(name: "StrictJSON"),
        .target(name: "CurlHTTP", dependencies: ["CCurl"]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON"]),
        .testTarget(name: "StandardWebhooksTests", dependencies: ["StandardWebhooks", crypto]),
        .testTarget(name: "MarksignTests", dependencies: ["Marksign", "StrictJSON", crypto]),
        .testTarget(name: "CurlHTTPTests", dependencies: ["CurlHTTP", "CCurl"]),
    ]
)

for target in package.targets where !["CCurl", "COpenAPI"].contains(target.name) {
    target.swiftSettings = settings
}
