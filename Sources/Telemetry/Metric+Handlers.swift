package import Metrics

extension Metric {
    package func counter(_ labels: [(String, String)] = []) -> Counter { Counter(label: rawValue, dimensions: labels) }
    package func gauge(_ labels: [(String, String)] = []) -> Gauge { Gauge(label: rawValue, dimensions: labels) }
    /// Made once and kept where something happens often: to make it is to look it up.
    package func timer(_ labels: [(String, String)] = []) -> Timer { Timer(label: rawValue, dimensions: labels) }
}

extension Timer {
    /// What has passed since `start`.
    package func record(since start: ContinuousClock.Instant) {
        let took = (ContinuousClock.now - start).components
        recordNanoseconds(took.seconds * 1_000_000_000 + took.attoseconds / 1_000_000_000)
    }
}
