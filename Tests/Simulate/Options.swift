import BridgeSimulation
import Glibc

/// What is run.
struct Options: Sendable {
    var seeds: UInt64 = 1000
    var from: UInt64 = 1
    var jobs = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    /// How much of the trace of a seed that fails is shown.
    var lines = 60
    var mutation: Mutation?

    init?(_ arguments: ArraySlice<String>) {
        var rest = arguments
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { return nil }
            switch name {
            case "--seeds":
                guard let number = UInt64(value) else { return nil }
                seeds = number
            case "--from":
                guard let number = UInt64(value) else { return nil }
                from = number
            case "--lines":
                guard let number = Int(value), number >= 0 else { return nil }
                lines = number
            case "--jobs":
                guard let number = Int(value), number > 0 else { return nil }
                jobs = number
            case "--mutation":
                guard let known = Mutation(rawValue: value) else { return nil }
                mutation = known
            default:
                return nil
            }
        }
    }
}
