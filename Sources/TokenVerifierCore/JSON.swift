// Claims are handed out as JSON values: whoever imports TokenVerifier has their types as well (docs/decisions/0025).
@_exported public import struct WireFormats.JSONObject
@_exported public import enum WireFormats.JSONValue
