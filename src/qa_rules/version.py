"""Which version of the library this is. It stands here and nowhere else: what is vendored or frozen has no metadata."""

VERSION = "0.1.0"
