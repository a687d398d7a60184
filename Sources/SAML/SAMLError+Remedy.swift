internal import WireFormats
import XMLSecurity

extension SAMLError {
    /// The exception of an `AcceptancePolicy` that lets through what was refused; nil where none does.
    package enum PolicyException: Sendable { case sha1, anySignatureOrder, missingAuthnStatement, cbc, latin1, inclusiveC14N }

    package var exception: PolicyException? {
        switch self {
        case .xml(.sha1NotAllowed): .sha1
        case .xml(.signatureOrder): .anySignatureOrder
        case .noAuthnStatement: .missingAuthnStatement
        case .xml(.cbcNotAllowed): .cbc
        case .xml(.inclusiveNotAllowed): .inclusiveC14N
        case .xml(.encoding(let name)) where ProtocolText(name).matchesIgnoringCase("ISO-8859-1"): .latin1
        default: nil
        }
    }

    /// What an administrator or developer does about it.
    package var remedy: String {
        switch self {
        case .badRequest:
            "The identity provider must send the browser with one POST that has exactly one SAMLResponse. Check that its reply URL is "
                + "this pool's ACS URL and that its binding is HTTP-POST."
        case .malformed:
            "The message was damaged on its way, or the identity provider sent something else than a SAML 2.0 Response in standard "
                + "base64. Inspect the captured message."
        case .tooLarge:
            "Let the identity provider send fewer attributes or groups for this application."
        case .xml(let error):
            error.remedy
        case .version:
            "Let the identity provider use SAML 2.0 for this application, not SAML 1.1 or WS-Federation."
        case .status(let status):
            status?.remedy ?? "The identity provider must send a Status with its Response (SAML Core §3.2.2)."
        case .issuer:
            "Compare the entity ID of the identity provider with the Issuer that it sends; load its current "
                + "metadata or correct the entity ID there."
        case .destination, .recipient:
            "Set the reply (ACS) URL at the identity provider to this pool's acs_url, character by character: scheme, host, port, "
                + "path, no slash at the end."
        case .subject:
            "Let the identity provider release a NameID with a value for this application, as text alone, without blanks around it, "
                + "with no or this service provider's SPNameQualifier."
        case .subjectConfirmation:
            "The identity provider must confirm the subject with the method bearer, with Recipient, NotOnOrAfter and without "
                + "NotBefore (SAML Profiles §4.1.4.2)."
        case .inResponseTo:
            "The person used an old tab, a bookmark or the back button, or two sign-ins ran into each other: start again from the "
                + "app. If it happens always, the identity provider does not return InResponseTo."
        case .unsolicited:
            "Start the sign-in at the app. If it must begin at the identity provider, allow it for this one."
        case .expired, .notYetValid:
            "Compare the clocks of both machines (NTP); 60 seconds of difference are tolerated. If the clocks agree, the person "
                + "waited too long or an old answer was sent again."
        case .malformedTime:
            "The identity provider must send times in UTC that end in Z (SAML Core §1.3.3)."
        case .conditions:
            "Remove the additional condition for this application at the identity provider; only AudienceRestriction, OneTimeUse and "
                + "ProxyRestriction are understood."
        case .audience:
            "Set the audience (entity ID, identifier) at the identity provider to this pool's sp_entity_id, character by character."
        case .authnStatement:
            "Compare the clocks of both machines (NTP), and sign in anew at the identity provider. Where the app asks for a new sign-in "
                + "(prompt=login, max_age), the identity provider must honour ForceAuthn."
        case .noAuthnStatement:
            "The identity provider must say when the person was authenticated (AuthnStatement). If it never does, as Keycloak can be "
                + "set to, allow that for this identity provider."
        case .attribute:
            "Let the identity provider release this attribute as plain text, once per value, and not encrypted."
        case .ambiguousFriendlyName:
            "Map by the attribute's Name, which is one attribute's alone; a FriendlyName is for people to read."
        case .subjectAttribute:
            "Let the identity provider release this attribute to this service provider, with one value a person, and the same at each sign-in."
        case .logoutMessage:
            "The identity provider must send the browser to this pool's single logout service (SAML Bindings §3.4 and §3.5): one message, "
                + "each parameter once, in the standard's order, and nothing on the way may write the query anew."
        case .logoutDestination:
            "Set the single logout address of this service provider at the identity provider to the pool's /saml2/logout, as its metadata "
                + "has it, character by character."
        case .artifact:
            "Begin again at the app. If it stays, load the identity provider's current metadata; its ArtifactResolutionService, its entity ID and "
                + "the RelayState that it returns must be those of the sign-in."
        case .artifactResolution:
            "Look into the identity provider's log at this time: it must know this pool's sp_entity_id and the signing key of its metadata, and "
                + "answer at its ArtifactResolutionService. If it cannot, have its answers come by POST."
        case .artifactUnknown:
            "Begin again at the app: an artifact is for one use and a few minutes. If it stays, the identity provider does not store its "
                + "answers where all of its servers find them."
        case .metadataXML(let error):
            error.remedy
        case .metadataRoot:
            "Give the SAML 2.0 metadata document of the identity provider; a web page, a sign-in page or WS-Federation metadata was given instead."
        case .metadataEntityID:
            "Ask the identity provider for metadata with a valid entityID."
        case .metadataEntity:
            "Check the URL or file: it is the metadata of another identity provider. If that one was renamed, make a new identity provider here."
        case .metadataChoice:
            "Say which of the listed entity IDs is meant, or give the metadata of the one identity provider."
        case .metadataNoIdentityProvider:
            "Give the metadata of an identity provider (IDPSSODescriptor with SAML 2.0); this is that of a service provider, or of another protocol."
        case .metadataExpired:
            "Get the identity provider's current metadata; the last good one stays in use until then."
        case .metadataTime:
            "Ask the identity provider for metadata whose validUntil is in UTC and ends in Z."
        case .metadataWithoutEnd:
            "Ask the federation's operator for metadata with a validUntil, as federations publish it."
        case .metadataRolledBack:
            "Somebody served an older copy; the members of the newer one stay in use. If the operator says that this is the one that holds, "
                + "since the other one's end was a mistake, the guide of federations says how to take it."
        case .metadataWithoutMembers:
            "Compare the filters with what the federation publishes; the members that were there stay in use."
        case .metadataNoSigningKey, .metadataOnlyEncryptionKeys:
            "Ask the identity provider for metadata with its signing certificate: KeyDescriptor with use=\"signing\" or without use, "
                + "and an X509Certificate in it."
        case .metadataCertificate:
            "Get the metadata again, unchanged. If the certificate was pasted by hand, paste the base64 between the BEGIN and END lines whole."
        case .metadataTooManyKeys:
            "Ask the identity provider to remove certificates that it no longer signs with."
        case .metadataNoSingleSignOn:
            "Turn on the HTTP-Redirect or HTTP-POST binding at the identity provider and load its metadata again."
        case .metadataEndpoint:
            "Ask the identity provider for metadata whose single sign-on and logout addresses are https URLs."
        }
    }
}
