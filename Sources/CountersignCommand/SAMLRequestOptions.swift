import Administration
import ArgumentParser
import Gateway
import SAML
import UserPools
import WireFormats

/// What a SAML provider is asked, and how.
struct SAMLRequestOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Sign our requests; metadata: where the provider's says so.", valueName: "always|never|metadata"))
    var signRequests: SAMLRequestSettings.Signing?
    @Option(help: ArgumentHelp("How requests go; default: redirect where the provider has it.", valueName: "redirect|post"))
    var requestBinding: SAMLRequestSettings.Binding?
    @Option(help: ArgumentHelp("How answers come; artifact: fetched from the provider.", valueName: "post|artifact"))
    var responseBinding: SAMLRequestSettings.ResponseBinding?
    @Option(
        name: .customLong("name-id-format"),
        help: ArgumentHelp("Ask for this format (persistent, emailAddress, …); 'none' asks for none.", valueName: "FORMAT"))
    var nameIDFormat: String?
    @Flag(inversion: .prefixedNo, help: "Have everybody authenticated anew, whatever session they have at the provider.") var forceAuthn: Bool?
    @Option(help: ArgumentHelp("Ask for this class of authentication (X509, …) or URI; may be repeated; '' asks for none.", valueName: "CLASS"))
    var authnContext: [String] = []
    @Option(help: ArgumentHelp("How the classes are meant.", valueName: "exact|minimum|maximum|better"))
    var authnContextComparison: SAMLRequestSettings.Comparison?
    @Option(help: ArgumentHelp("A name of us that the provider may show; 'none' sends none.", valueName: "TEXT")) var providerName: String?
    @Flag(inversion: .prefixedNo, help: "Tell the provider who is expected, where the app does (login_hint).") var sendSubject: Bool?
    @Flag(inversion: .prefixedNo, help: "Ask the provider without a page where the app asks so (prompt=none).") var askPassively: Bool?
    @OptionGroup var scoping: SAMLScopingOptions

    var isEmpty: Bool {
        signRequests == nil && requestBinding == nil && responseBinding == nil && nameIDFormat == nil && authnContext.isEmpty
            && authnContextComparison == nil
            && providerName == nil && scoping.isEmpty && [forceAuthn, sendSubject, askPassively].allSatisfy { $0 == nil }
    }

    var given: SAMLRequestChanges {
        var changes = SAMLRequestChanges()
        changes.signing = signRequests
        changes.binding = requestBinding
        changes.responseBinding = responseBinding
        changes.nameIDFormat = change(nameIDFormat)
        changes.forcesAuthn = forceAuthn
        changes.authnContext = authnContext.isEmpty ? nil : authnContext.filter { !$0.isEmpty }
        changes.authnContextComparison = authnContextComparison
        changes.providerName = change(providerName)
        changes.sendsSubject = sendSubject
        changes.asksPassively = askPassively
        changes.scoping = scoping.given
        return changes
    }
}

extension SAMLRequestSettings.Signing: ExpressibleByArgument {}
extension SAMLRequestSettings.Binding: ExpressibleByArgument {}
extension SAMLRequestSettings.ResponseBinding: ExpressibleByArgument {}
extension SAMLRequestSettings.Comparison: ExpressibleByArgument {}

extension SAMLProvider {
    var requestDocument: JSONObject {
        let requests = settings.requests ?? SAMLRequestSettings()
        var document: JSONObject = [
            "signed": .bool(signsRequests), "sign": .string((requests.signing ?? .metadata).rawValue),
            "binding": .string(requestBinding == .httpPOST ? "post" : "redirect"),
            "response_binding": .string(awaitsArtifacts ? "artifact" : "post"),
            "name_id_format": requests.nameIDFormat.map(JSONValue.string) ?? .null, "force_authn": .bool(requests.forcesAuthn ?? false),
            "authn_context": .array((requests.authnContext ?? []).map(JSONValue.string)),
            "authn_context_comparison": .string((requests.authnContextComparison ?? .exact).rawValue),
            "provider_name": requests.providerName.map(JSONValue.string) ?? .null, "send_subject": .bool(requests.sendsSubject ?? false),
            "ask_passively": .bool(requests.asksPassively ?? false),
        ]
        requests.scoping.append(to: &document)
        return document
    }

    /// One line of what is not as it is everywhere.
    var requestSummary: String {
        let requests = settings.requests ?? SAMLRequestSettings()
        var parts = [signsRequests ? "signed" : "not signed", requestBinding == .httpPOST ? "by POST" : "by Redirect"]
        if metadata.wantsAuthnRequestsSigned != signsRequests {
            parts.append(signsRequests ? "though the provider does not ask for it" : "though the provider wants them signed")
        }
        if awaitsArtifacts { parts.append("answers by artifact") }
        if let format = requests.nameIDFormat { parts.append("NameID format \(format)") }
        if requests.forcesAuthn == true { parts.append("everybody anew") }
        if let classes = requests.authnContext {
            parts.append("\((requests.authnContextComparison ?? .exact).rawValue) \(classes.joined(separator: ", "))")
        }
        if requests.sendsSubject == true { parts.append("with whom the app expects") }
        if requests.asksPassively == true { parts.append("without a page for prompt=none") }
        return (parts + requests.scoping.summary).joined(separator: "; ")
    }
}
