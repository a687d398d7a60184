// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// xmlSecSize is 4 bytes in Debian's build and 8 without this macro; SwiftPM drops -D from pkg-config.
let xmlsecSettings: [CSetting] = [
    .define("XMLSEC_NO_SIZE_T", to: "1"),
    .define("XMLSEC_NO_CRYPTO_DYNAMIC_LOADING", to: "1"),
    .define("XMLSEC_CRYPTO_OPENSSL", to: "1"),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioFoundation: Target.Dependency = .product(name: "NIOFoundationEssentialsCompat", package: "swift-nio")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")

let package = Package(
    name: "countersign",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "TokenVerifier", targets: ["TokenVerifier"]),
        .library(name: "TokenVerifierCore", targets: ["TokenVerifierCore"]),
        .library(name: "TokenVerifierHummingbird", targets: ["TokenVerifierHummingbird"]),
        .executable(name: "countersign", targets: ["CountersignCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C: small shims with opaque types
        .systemLibrary(
            name: "CSystemXMLSec", pkgConfig: "xmlsec1-openssl",
            providers: [.apt(["libxmlsec1-dev", "libxml2-dev", "libssl-dev"])]),
        .systemLibrary(name: "CSystemCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "CXMLSec", dependencies: ["CSystemXMLSec"], cSettings: xmlsecSettings, linkerSettings: [.linkedLibrary("z")]),
        .target(name: "COpenSSL", dependencies: ["CSystemCrypto"]),
        // Its header alone is needed to build; the module is loaded by whoever names one.
        .target(name: "CPKCS11"),

        // ground
        .target(name: "WireFormats", swiftSettings: settings),
        .target(name: "Telemetry", dependencies: [metrics, tracing], swiftSettings: settings),
        // trust
        .target(name: "XMLSecurity", dependencies: ["WireFormats", "CXMLSec"], swiftSettings: settings),
        .target(name: "TokenVerifierCore", dependencies: ["WireFormats", crypto, cryptoExtras], swiftSettings: settings),
        .target(
            name: "TokenVerifier", dependencies: ["TokenVerifierCore", "WireFormats", asyncHTTPClient, nioCore, nioHTTP1], swiftSettings: settings),
        .target(name: "TokenVerifierHummingbird", dependencies: ["TokenVerifierCore", hummingbird, httpTypes], swiftSettings: settings),
        // know
        .target(name: "SAML", dependencies: ["XMLSecurity", "WireFormats"], swiftSettings: settings),
        .target(name: "OpenIDConnect", dependencies: ["TokenVerifier", "WireFormats", "COpenSSL", crypto, cryptoExtras], swiftSettings: settings),
        .target(name: "UserPools", dependencies: ["WireFormats"], swiftSettings: settings),
        // flow
        .target(
            name: "Gateway",
            dependencies: [
                "SAML", "XMLSecurity", "OpenIDConnect", "UserPools", "TokenVerifier", "WireFormats", "Telemetry", crypto, logging, metrics,
                tracing,
            ],
            swiftSettings: settings),
        // desk
        .target(
            name: "Administration",
            dependencies: ["Gateway", "SAML", "OpenIDConnect", "UserPools", "TokenVerifier", "WireFormats", "XMLSecurity", crypto],
            swiftSettings: settings),
        // edge
        .target(
            name: "Storage", dependencies: ["UserPools", "WireFormats", "Telemetry", "CPostgreSQL", "CSQLite", crypto, metrics, tracing],
            swiftSettings: settings),
        .target(
            name: "GatewayServer",
            dependencies: [
                "Administration", "Gateway", "SAML", "XMLSecurity", "OpenIDConnect", "UserPools", "TokenVerifier", "WireFormats", "Telemetry",
                hummingbird,
                hummingbirdCore, hummingbirdTLS, httpTypes, logging, metrics, tracing, nioCore, nioHTTP1, nioPosix, nioSSL, mustache,
            ],
            resources: [.embedInCode("Resources")],
            swiftSettings: settings),
        .target(name: "PKCS11", dependencies: ["OpenIDConnect", "WireFormats", "CPKCS11", crypto], swiftSettings: settings),
        .target(
            name: "OutgoingHTTP",
            dependencies: ["TokenVerifier", "WireFormats", "Telemetry", asyncHTTPClient, nioCore, nioHTTP1, nioPosix, nioSSL, metrics, tracing],
            swiftSettings: settings),
        .target(
            name: "OpenTelemetry", dependencies: ["Telemetry", "WireFormats", asyncHTTPClient, nioCore, nioHTTP1, metrics, tracing],
            swiftSettings: settings),
        // wire
        .executableTarget(
            name: "CountersignCommand",
            dependencies: [
                "GatewayServer", "Administration", "OutgoingHTTP", "OpenTelemetry", "PKCS11", "Storage", "Gateway", "SAML", "OpenIDConnect",
                "UserPools",
                "TokenVerifier",
                "XMLSecurity",
                "WireFormats", "Telemetry", argumentParser,
                configuration, httpTypes, nioHTTP1, hummingbird, hummingbirdCore, hummingbirdTLS, serviceLifecycle, unixSignals, logging, metrics,
                tracing,
                asyncHTTPClient, nioCore, nioPosix,
                nioFoundation, nioSSL, crypto, yams,
            ],
            swiftSettings: settings),

        // development only: the demo's identity provider, app and service, and the load client of `make bench`
        .target(name: "SampleServer", dependencies: [hummingbird, httpTypes, argumentParser], path: "Samples/SampleServer", swiftSettings: settings),
        .executableTarget(
            name: "SampleIdentityProvider",
            dependencies: ["SampleServer", "SAML", "XMLSecurity", "WireFormats", hummingbird, httpTypes, logging, argumentParser],
            path: "Samples/SampleIdentityProvider", swiftSettings: settings),
        .executableTarget(
            name: "SampleApp", dependencies: ["SampleServer", "TokenVerifier", hummingbird, httpTypes, logging, argumentParser, crypto],
            path: "Samples/SampleApp", swiftSettings: settings),
        .executableTarget(
            name: "SampleService", dependencies: ["SampleServer", "TokenVerifier", "TokenVerifierHummingbird", hummingbird, logging, argumentParser],
            path: "Samples/SampleService", swiftSettings: settings),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Storage", "Administration", "Gateway", "UserPools", "SAML", "XMLSecurity", "TokenVerifier", "OpenIDConnect", "WireFormats",
                "CReference", argumentParser, nioPosix, crypto, logging,
            ],
            path: "Benchmarks", swiftSettings: settings),

        // tests
        .target(name: "CReference", dependencies: ["CSystemXMLSec"], path: "Tests/CReference", cSettings: xmlsecSettings),
        .target(
            name: "TestSupport",
            dependencies: [
                "SAML", "XMLSecurity", "Administration", "Gateway", "Storage", "PKCS11", "UserPools", "OpenIDConnect", "TokenVerifier", "WireFormats",
                "CReference",
                crypto,
            ],
            path: "Tests/Support", swiftSettings: settings),
        // what reads bytes from outside, as fuzzers call it
        .target(
            name: "FuzzedInputs", dependencies: ["SAML", "XMLSecurity", "TokenVerifierCore", "WireFormats"], path: "Tests/Fuzzing/Inputs",
            swiftSettings: settings),
        .testTarget(name: "FuzzingTests", dependencies: ["FuzzedInputs"], swiftSettings: settings),
        .testTarget(name: "WireFormatsTests", dependencies: ["WireFormats", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "XMLSecurityTests", dependencies: ["XMLSecurity", "WireFormats", "TestSupport", "CReference"], swiftSettings: settings),
        .testTarget(
            name: "SAMLTests", dependencies: ["SAML", "XMLSecurity", "WireFormats", "TestSupport"], exclude: ["Verdicts"], swiftSettings: settings),
        .testTarget(
            name: "TokenVerifierTests", dependencies: ["TokenVerifier", "TokenVerifierCore", "WireFormats", "TestSupport", crypto, cryptoExtras],
            swiftSettings: settings),
        .testTarget(
            name: "TokenVerifierHummingbirdTests",
            dependencies: [
                "TokenVerifierHummingbird", "TokenVerifier", "WireFormats", hummingbird, .product(name: "HummingbirdTesting", package: "hummingbird"),
                httpTypes,
                crypto,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "OpenIDConnectTests", dependencies: ["OpenIDConnect", "TokenVerifier", "WireFormats", crypto, cryptoExtras], swiftSettings: settings
        ),
        .testTarget(name: "UserPoolsTests", dependencies: ["UserPools", "WireFormats"], swiftSettings: settings),
        .testTarget(
            name: "StorageTests", dependencies: ["Storage", "UserPools", "WireFormats", "TestSupport", "Gateway", "OpenIDConnect"],
            swiftSettings: settings),
        .testTarget(
            name: "PKCS11Tests", dependencies: ["PKCS11", "OpenIDConnect", "TokenVerifier", "WireFormats", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "OutgoingHTTPTests",
            dependencies: [
                "OutgoingHTTP", "OpenIDConnect", "TokenVerifier", "WireFormats", "TestSupport", hummingbird, hummingbirdTLS, httpTypes, logging,
                nioCore, nioSSL,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "OpenTelemetryTests", dependencies: ["OpenTelemetry", "Telemetry", "WireFormats", tracing], swiftSettings: settings),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "Administration", "Storage", "SAML", "XMLSecurity", "OpenIDConnect", "PKCS11", "UserPools", "TokenVerifier", "WireFormats",
                "TestSupport", crypto, logging,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "AdministrationTests",
            dependencies: [
                "Administration", "Gateway", "Storage", "SAML", "XMLSecurity", "OpenIDConnect", "UserPools", "TokenVerifier", "WireFormats",
                "TestSupport", crypto,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "GatewayServerTests",
            dependencies: [
                "GatewayServer", "Administration", "Gateway", "Storage", "SAML", "XMLSecurity", "OpenIDConnect", "UserPools", "TokenVerifier",
                "WireFormats", "Telemetry", "OpenTelemetry",
                "TestSupport", hummingbird,
                .product(name: "HummingbirdTesting", package: "hummingbird"), httpTypes, logging, metrics, tracing, crypto,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CountersignCommandTests",
            dependencies: ["CountersignCommand", "Administration", "OutgoingHTTP", "Telemetry", "WireFormats", "TestSupport"],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

// `make fuzz`: only what reads bytes from outside, each with the fuzzer's instrumentation. Set by scripts/fuzz alone.
if Context.environment["COUNTERSIGN_FUZZ"] == "1" {
    let instrumented = ["WireFormats", "XMLSecurity", "TokenVerifierCore", "SAML", "FuzzedInputs"]
    package.targets = package.targets.filter { (instrumented + ["CSystemXMLSec", "CSystemCrypto", "CXMLSec"]).contains($0.name) }
    for target in package.targets where instrumented.contains(target.name) {
        target.swiftSettings = settings + [.unsafeFlags(["-sanitize=fuzzer"])]
        guard target.name == "TokenVerifierCore" else { continue }
        // A token's parser, without cryptography and network.
        target.sources = ["CompactJWS.swift", "JSON.swift", "TokenAlgorithm.swift", "TokenError.swift"]
        target.dependencies = ["WireFormats"]
    }
    for target in package.targets where target.name == "CXMLSec" { target.cSettings = xmlsecSettings + [.unsafeFlags(["-fsanitize=fuzzer-no-link"])] }
    package.targets.append(
        .executableTarget(
            name: "Fuzz", dependencies: ["FuzzedInputs"], path: "Tests/Fuzzing/Runner",
            swiftSettings: settings + [.unsafeFlags(["-sanitize=fuzzer"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]))
    package.products = [.executable(name: "Fuzz", targets: ["Fuzz"])]
}

// `make check-sanitizers`: the rooms that call C or share memory between threads, with their tests and what these need. Set by scripts/sanitizers alone.
if Context.environment["COUNTERSIGN_SANITIZE"] == "1" {
    let tested = ["WireFormats", "XMLSecurity", "SAML", "Storage", "PKCS11"]
    let needed = [
        "CSystemXMLSec", "CSystemCrypto", "CSQLite", "CPostgreSQL", "CXMLSec", "COpenSSL", "CPKCS11", "CReference", "TokenVerifier",
        "TokenVerifierCore", "OpenIDConnect", "Telemetry",
    ]
    let rooms = ["UserPools", "Gateway", "Administration", "TestSupport", "FuzzedInputs", "FuzzingTests"]
    let kept = Set(tested + tested.map { $0 + "Tests" } + needed + rooms)
    package.targets = package.targets.filter { kept.contains($0.name) }
    package.products = []
}
