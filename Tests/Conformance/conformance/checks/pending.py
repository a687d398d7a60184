"""Modules whose feature is not built: each says which one."""

from ..modules import CHECKS, NotYet, module
from ..plans import PLANS

FEATURES = {}


def pending(feature):
    def check(test):
        raise NotYet(feature)

    return check


for plan in PLANS:
    for name in plan.modules:
        if name not in CHECKS and plan.short in FEATURES:
            module(name)(pending(FEATURES[plan.short]))
