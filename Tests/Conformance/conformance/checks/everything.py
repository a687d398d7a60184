"""Every check of every module: importing this registers them."""

from . import basic, client_basic, client_dynamic, client_logout, client_out, discovery, dynamic, fapi2, logout, rp_initiated, signing, third_party  # noqa: F401
from . import pending  # noqa: F401  last: it speaks for those that are left
