import FoundationEssentials
import GatewayServer
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOHTTP1
import Synchronization

extension HTTPResponder where Context == GatewayContext {
    /// Answers the requests of a connection: each has a number in the log, and each answer a date (RFC 9110 §6.6.1).
    func answer(logger: Logger) -> HTTPChannelHandler.Responder {
        let date = DateHeader()
        return { request, writer, channel in
            var logger = logger
            logger[metadataKey: "hb.request.id"] = .stringConvertible(RequestID())
            var response: Response
            do { response = try await respond(to: request, context: GatewayContext(source: .init(channel: channel, logger: logger))) } catch let error
                as HTTPParserError
            { throw error } catch { response = Response(status: .internalServerError) }
            response.headers[.date] = date.text
            do { try await writer.write(response: response.head, body: response.body) } catch is HTTPParserError {
                // It would be answered with 400, and an answer has begun already.
                throw UnreadableBody()
            }
        }
    }
}

/// What a client sends is no HTTP any more, and the answer is on its way.
private struct UnreadableBody: Error {}

/// The time as HTTP writes it, made once a second.
private final class DateHeader: Sendable {
    private let made = Mutex<(second: time_t, text: String)>((-1, ""))

    var text: String {
        made.withLock { made in
            let now = time(nil)
            if now != made.second { made = (now, Self.text(now)) }
            return made.text
        }
    }

    /// RFC 9110 §5.6.7, in English whatever the locale.
    private static func text(_ second: time_t) -> String {
        var (second, parts) = (second, tm())
        gmtime_r(&second, &parts)
        func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
        let day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][Int(parts.tm_wday)]
        let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][Int(parts.tm_mon)]
        return "\(day), \(two(parts.tm_mday)) \(month) \(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }
}
