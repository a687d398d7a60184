import Gateway
import UserPools
import WireFormats

extension FederationConnection {
    /// What `idp show` has of a federation: its settings. How many members there are its own command says.
    func document(_ address: PoolAddress) -> JSONObject {
        [
            "type": "federation", "metadata_url": .string(metadataURL), "source": .string(source.rawValue),
            "metadata_signers": .integer(signers.all.count),
            "registration_authorities": .array(filters.registrationAuthorities.map(JSONValue.string)),
            "entity_categories": .array(filters.categories.map(JSONValue.string)),
            "entity_attributes": .array(filters.entityAttributes.map { .object(["name": .string($0.name), "value": .string($0.value)]) }),
            "included_members": .array(filters.included.map(JSONValue.string)),
            "excluded_members": .array(filters.excluded.map(JSONValue.string)),
            "subject_attribute": subjectAttribute.map(JSONValue.string) ?? .null, "sp_entity_id": .string(address.serviceProviderEntityID),
        ]
    }

    func describe(to fields: inout FieldList) {
        fields.append("type", source == .aggregate ? "SAML federation (aggregate)" : "SAML federation (metadata query)")
        fields.append("metadata address", metadataURL.isEmpty ? "a file" : metadataURL)
        fields.append("metadata signers", "\(signers.all.count)")
        fields.append("registration authorities", filters.registrationAuthorities)
        fields.append("entity categories", filters.categories)
        fields.append("entity attributes", filters.entityAttributes.map { "\($0.name)=\($0.value)" })
        fields.append("included members", filters.included)
        fields.append("excluded members", filters.excluded)
        fields.append("subject", subjectAttribute)
    }
}
