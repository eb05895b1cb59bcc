// swift-tools-version:6.2
import PackageDescription

var swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
// Only there: another compiler's new warnings must not keep anybody from building.
if Context.environment["CI"] == "true" { swiftSettings.append(.treatAllWarnings(as: .error)) }

// NIO's modules, by the short names the targets below use.
func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let asyncAlgorithms: Target.Dependency = .product(name: "AsyncAlgorithms", package: "swift-async-algorithms")
let algorithms: Target.Dependency = .product(name: "Algorithms", package: "swift-algorithms")
let jwt: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let httpTypesNIO1: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
// The SQLite that GRDB uses.
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let certificateReloading: Target.Dependency = .product(name: "NIOCertificateReloading", package: "swift-nio-extras")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "msgctl",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "msgctl", targets: ["msgctl"]),
        .library(name: "EngineIO", targets: ["EngineIO"]),
        .library(name: "SocketIO", targets: ["SocketIO"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-algorithms.git", from: "1.2.1"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-async-algorithms.git", from: "1.1.4"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", "3.12.3"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.1"),
    ],
    targets: [
        // C libraries, found through pkg-config.
        .systemLibrary(
            name: "CYAML", path: "Sources/System/CYAML", pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(
            name: "CCrypt", path: "Sources/System/CCrypt", pkgConfig: "libcrypt",
            providers: [.apt(["libcrypt-dev"])]),
        // Its pkg-config file has a flag that SwiftPM warns of in every build; the headers are where compilers look.
        .systemLibrary(
            name: "CHiredis", path: "Sources/System/CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(
            name: "CRabbitMQ", path: "Sources/System/CRabbitMQ", pkgConfig: "librabbitmq",
            providers: [.apt(["librabbitmq-dev", "libssl-dev"])]),
        .systemLibrary(
            name: "CCurl", path: "Sources/System/CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "CMongoC", path: "Sources/System/CMongoC", pkgConfig: "libmongoc-1.0",
            providers: [.apt(["libmongoc-dev"])]),

        // What has to run before those libraries are loaded.
        .target(name: "CStartup", path: "Sources/System/CStartup"),
        // What of docs/ is part of the binary.
        .target(name: "CDocuments", path: "Sources/System/CDocuments"),

        // What the system tells of a file.
        .target(name: "CFileStatus", path: "Sources/System/CFileStatus"),

        // The walls: an arrow may only point down this list.
        .executableTarget(
            name: "msgctl",
            dependencies: [
                "MsgServer", "SQLiteBackend", "MongoDBBackend", "RedisBackend", "RabbitMQBackend",
                "ElasticsearchBackend", "SocketIO", "EngineIO", "MsgKit", "PrometheusMetrics", "CStartup",
                "CFileStatus",
                argumentParser, logging, metrics,
                lifecycle,
                nio("NIOCore"), nio("NIOPosix"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swiftSettings),
        .target(
            name: "MsgServer",
            dependencies: [
                "MsgKit", "SocketIO", "EngineIO", "ChatPage", "CDocuments", hummingbird, httpTypes, logging, metrics,
                lifecycle,
                hummingbirdCore, heap, deque, nio("NIOCore"), nio("NIOConcurrencyHelpers"),
                nio("NIOPosix"), nio("NIOHTTP1"),
                nio("NIOFoundationCompat"), nioSSL, certificateReloading,
            ],
            swiftSettings: swiftSettings),
        // Files of a page, turned into code: a target of its own, compiled only when they change.
        .target(
            name: "ChatPage", dependencies: [crypto], resources: [.embedInCode("Files")], swiftSettings: swiftSettings),
        .target(
            name: "SQLiteBackend",
            dependencies: ["MsgKit", "CFileStatus", grdb, sqlite, logging, lifecycle, deque, asyncAlgorithms],
            swiftSettings: swiftSettings),
        .target(
            name: "RedisBackend",
            dependencies: [
                "MsgKit", "WirePeek", "CHiredis", nio("NIOCore"), nio("NIOPosix"), nio("NIOTLS"), nioSSL, crypto,
                logging, lifecycle, deque,
            ],
            swiftSettings: swiftSettings),
        .target(
            name: "RabbitMQBackend",
            dependencies: ["MsgKit", "WirePeek", "CRabbitMQ", logging, lifecycle, deque],
            swiftSettings: swiftSettings),
        .target(
            name: "ElasticsearchBackend",
            dependencies: ["MsgKit", "WirePeek", "CCurl", logging, lifecycle, metrics, deque],
            swiftSettings: swiftSettings),
        .target(
            name: "MongoDBBackend",
            dependencies: ["MsgKit", "WirePeek", "CMongoC", logging, lifecycle, deque],
            swiftSettings: swiftSettings),
        .target(
            name: "SocketIO",
            dependencies: ["EngineIO", nio("NIOCore"), nio("NIOPosix"), nio("NIOFoundationCompat"), logging, deque],
            swiftSettings: swiftSettings),
        .target(
            name: "EngineIO",
            dependencies: [
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOWebSocket"), nio("NIOFoundationCompat"),
                httpTypes, httpTypesNIO1, logging, deque,
            ],
            swiftSettings: swiftSettings),
        .target(
            name: "MsgKit",
            dependencies: [
                "CYAML", "CCrypt", "CFileStatus", jwt, crypto, logging, metrics, lifecycle, algorithms, deque,
                asyncAlgorithms,
            ],
            swiftSettings: swiftSettings),
        .target(name: "WirePeek", swiftSettings: swiftSettings),
        // A back end of swift-metrics that stands alone.
        .target(name: "PrometheusMetrics", dependencies: [coreMetrics], swiftSettings: swiftSettings),
        .target(
            name: "MsgTestKit",
            dependencies: ["MsgKit", lifecycle, logging],
            swiftSettings: swiftSettings),

        // Small servers that show the library.
        .executableTarget(
            name: "Echo", dependencies: ["SocketIO", "EngineIO", logging], path: "Examples/Echo",
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "ChatRoom",
            dependencies: [
                "SocketIO", "EngineIO", httpTypes, logging, lifecycle,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Examples/ChatRoom", swiftSettings: swiftSettings),

        // What `scripts/bench realtime` measures.
        .executableTarget(
            name: "RealtimeServer", dependencies: ["SocketIO", "EngineIO", nio("NIOCore")],
            path: "Benchmarks/RealtimeServer", swiftSettings: swiftSettings),

        .target(
            name: "SocketTestKit",
            dependencies: [nio("NIOCore")],
            path: "Tests/SocketTestKit",
            swiftSettings: swiftSettings),
        // What scripts/fuzz runs for long and FuzzTests for a while; no product.
        .target(
            name: "FuzzKit",
            dependencies: [
                "SocketTestKit", "SocketIO", "EngineIO", logging, nio("NIOCore"), nio("NIOEmbedded"), nio("NIOHTTP1"),
                nio("NIOFoundationCompat"),
            ],
            path: "Fuzz/Kit",
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzKit"], path: "Fuzz/Command", swiftSettings: swiftSettings),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzKit"], swiftSettings: swiftSettings),
        .testTarget(
            name: "EngineIOTests",
            dependencies: [
                "SocketTestKit",
                "EngineIO", nio("NIOCore"), nio("NIOEmbedded"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOWebSocket"),
                httpTypes,
            ],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "SocketIOTests",
            dependencies: [
                "SocketTestKit", "SocketIO", "EngineIO", logging, httpTypes, nio("NIOCore"), nio("NIOEmbedded"),
                nio("NIOPosix"), nio("NIOHTTP1"),
            ],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "MsgKitTests",
            dependencies: [
                "MsgKit", "MsgTestKit", "PrometheusMetrics", jwt, crypto, logging, metrics, lifecycle,
            ],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "SQLiteBackendTests",
            dependencies: ["SQLiteBackend", "MsgTestKit", "MsgKit", grdb, logging],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "PrometheusMetricsTests", dependencies: ["PrometheusMetrics", coreMetrics],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "WirePeekTests",
            dependencies: ["WirePeek", nio("NIOCore"), nio("NIOPosix")],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "RedisBackendTests",
            dependencies: [
                "RedisBackend", "SQLiteBackend", "MsgTestKit", "MsgKit", nio("NIOCore"), nio("NIOPosix"), logging,
                lifecycle,
            ],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "RabbitMQBackendTests",
            dependencies: ["RabbitMQBackend", "SQLiteBackend", "MsgTestKit", "MsgKit", "CRabbitMQ", logging],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "ElasticsearchBackendTests",
            dependencies: [
                "ElasticsearchBackend", "MsgTestKit", "MsgKit", logging, nio("NIOCore"), nio("NIOPosix"),
                nio("NIOHTTP1"),
            ],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "MongoDBBackendTests",
            dependencies: ["MongoDBBackend", "MsgTestKit", "MsgKit", logging, lifecycle],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "MsgServerTests",
            dependencies: [
                "MsgServer", "ChatPage", "SQLiteBackend", "RedisBackend", "SocketIO", "EngineIO", "MsgTestKit",
                "MsgKit", hummingbird, httpTypes, jwt,
                logging, metrics, lifecycle, nio("NIOConcurrencyHelpers"), nio("NIOCore"), nio("NIOEmbedded"),
                nio("NIOHTTP1"), nio("NIOPosix"),
            ],
            swiftSettings: swiftSettings),
    ]
)
