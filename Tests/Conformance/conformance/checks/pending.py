"""Modules whose feature is not built: each says which one. Where discovery lists the feature after all, the missing check is a failure."""

from ..modules import CHECKS, NotYet, module
from ..plans import PLANS

# By plan: what is missing, and the member of the discovery document that will tell of it.
FEATURES = {
    "dynamic": ("dynamic registration (RFC 7591)", "registration_endpoint"),
    "fapi": ("DPoP (RFC 9449)", "dpop_signing_alg_values_supported"),
    "signing": ("signed request objects (RFC 9101)", "request_object_signing_alg_values_supported"),
    "rp-out": ("signing out at an OpenID provider", None),
}


def pending(feature, member):
    def check(test):
        if member and test.metadata(member):
            raise AssertionError(f"discovery lists {member}, and this module is not written")
        raise NotYet(feature)

    return check


for plan in PLANS:
    for name in plan.modules:
        if name not in CHECKS and plan.short in FEATURES:
            module(name)(pending(*FEATURES[plan.short]))
