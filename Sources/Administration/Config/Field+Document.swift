extension Field {
    /// What a configuration document calls it.
    package var documentName: String { documentNames[0] }

    /// The names that it may have there: of things of one kind it has one of them.
    var documentNames: [String] {
        switch self {
        case .name, .newName: ["name", "client_name", "id", "client_id"]
        case .resource: ["uri"]
        case .rotateSAMLKeysEvery: ["rotate_saml_keys_every_days"]
        case .rotateKeysEvery: ["rotate_keys_every_days"]
        case .keepAcceptedSignIns: ["keep_accepted_signins_days"]
        case .registrationResource: ["registration_resources"]
        case .clientIDMetadataHost: ["client_id_metadata_hosts"]
        case .redirectURI: ["redirect_uris"]
        case .logoutURI: ["post_logout_redirect_uris"]
        case .webOrigin: ["web_origins"]
        case .clientResource: ["resources"]
        case .resourceScope: ["resource_scopes"]
        case .requireGroup: ["required_groups"]
        case .forwardHost: ["forward_hosts"]
        case .authMethod: ["token_endpoint_auth_method"]
        case .jwksURL: ["jwks_uri"]
        case .offeredProvider: ["identity_providers"]
        case .scope: ["scope", "scopes"]
        case .grant: ["grant_types"]
        case .subjectDN: ["tls_client_auth_subject_dn"]
        case .sanDNS: ["tls_client_auth_san_dns"]
        case .sanURI: ["tls_client_auth_san_uri"]
        case .sanIP: ["tls_client_auth_san_ip"]
        case .sanEmail: ["tls_client_auth_san_email"]
        case .clientCertificate: ["tls_client_auth_thumbprints"]
        case .metadataURL: ["metadata_url", "mdq_url"]
        case .metadataSigner: ["metadata_signers"]
        case .entityAttribute: ["entity_attributes"]
        case .map: ["attribute_mapping"]
        case .require: ["required_attributes"]
        case .emailDomain: ["domains"]
        case .mapACR: ["acr_mapping"]
        case .scopeToIDP: ["scope_to_idps"]
        case .allowedTenant: ["allowed_tenants"]
        // A workload's client, too.
        case .clientID: ["client_id", "client"]
        case .parameter: ["parameters"]
        case .algorithm: ["id_token_signing_algorithms"]
        default: [rawValue]
        }
    }
}
