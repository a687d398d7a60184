// swift-tools-version: 6.2
import PackageDescription

// Two services of somebody else, each of which depends on one product of ours and on nothing beside it: `scripts/outside-package` builds them and has them verify
// tokens of a real server. What that costs stands in docs/guides/verify-tokens.md.
let package = Package(
    name: "outside",
    dependencies: [.package(name: "countersign", path: "../..")],
    targets: [
        .executableTarget(name: "CoreService", dependencies: [.product(name: "TokenVerifierCore", package: "countersign")]),
        .executableTarget(name: "NetworkService", dependencies: [.product(name: "TokenVerifier", package: "countersign")]),
    ],
    swiftLanguageModes: [.v6]
)
