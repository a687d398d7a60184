extension AuditEvent {
    /// What was done: target and verb. Stable, never renamed. One that a newer version wrote is read as it stands.
    package struct Action: Sendable, Hashable {
        package let text: String

        package init(_ text: String) { self.text = text }

        package static let poolCreate = Action("pool.create")
        package static let poolUpdate = Action("pool.update")
        package static let poolDelete = Action("pool.delete")
        package static let poolAddAttribute = Action("pool.add_attribute")
        package static let poolAddAlgorithm = Action("pool.add_algorithm")
        package static let poolRemoveAlgorithm = Action("pool.remove_algorithm")
        package static let poolAddResource = Action("pool.add_resource")
        package static let poolRemoveResource = Action("pool.remove_resource")
        /// Leave for apps to register themselves was given, and taken back.
        package static let poolCreateRegistrationToken = Action("pool.create_registration_token")
        package static let poolRevokeRegistrationToken = Action("pool.revoke_registration_token")
        package static let poolAddWorkload = Action("pool.add_workload")
        package static let poolRemoveWorkload = Action("pool.remove_workload")
        package static let clientCreate = Action("client.create")
        /// By the app itself.
        package static let clientRegister = Action("client.register")
        package static let clientUpdate = Action("client.update")
        package static let clientRotateSecret = Action("client.rotate_secret")
        package static let clientDelete = Action("client.delete")
        package static let providerCreate = Action("provider.create")
        package static let providerUpdate = Action("provider.update")
        package static let providerDelete = Action("provider.delete")
        /// A client secret or key at an OpenID provider went a stage further (docs/decisions/0087).
        package static let providerSetSecret = Action("provider.set_secret")
        package static let providerTestSecret = Action("provider.test_secret")
        package static let providerFinishSecret = Action("provider.finish_secret")
        package static let providerReturnSecret = Action("provider.return_secret")
        package static let providerForgetSecret = Action("provider.forget_secret")
        /// Members of a federation were replaced by what its operator publishes now.
        package static let federationImport = Action("federation.import")
        /// What a provider sends is kept for a while, or that was ended.
        package static let providerDebug = Action("provider.debug")
        /// Leave to try a provider dry was given.
        package static let providerTest = Action("provider.test")
        package static let userEnable = Action("user.enable")
        package static let userDisable = Action("user.disable")
        package static let userSignOut = Action("user.sign_out")
        package static let userDelete = Action("user.delete")
        /// An identity was given to a user who was there, by an admin.
        package static let userLink = Action("user.link")
        package static let userUnlink = Action("user.unlink")
        /// The same at a sign-in, by the e-mail address (THREATS O18).
        package static let userLinkByEmail = Action("user.link_by_email")
        /// A person let an app of somebody else have something of her, and took from an app what it had.
        package static let userConsent = Action("user.consent")
        package static let userWithdrawConsent = Action("user.withdraw_consent")
        package static let keyPublish = Action("key.publish")
        package static let keyRotate = Action("key.rotate")
        package static let keyWithdraw = Action("key.withdraw")
        package static let keyReseal = Action("key.reseal")
    }
}
