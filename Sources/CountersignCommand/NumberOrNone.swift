import Administration
import ArgumentParser

/// A number, or the word 'none', which takes away what was set.
enum NumberOrNone: ExpressibleByArgument {
    case number(Int)
    case none

    init?(argument: String) {
        if argument == "none" {
            self = .none
        } else {
            guard let number = Int(argument) else { return nil }
            self = .number(number)
        }
    }
}

/// What is not given stays what it is.
func change(_ given: NumberOrNone?) -> Change<Int> {
    switch given {
    case .number(let number)?: .set(number)
    case NumberOrNone.none?: .remove
    case nil: .keep
    }
}
