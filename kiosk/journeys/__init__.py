"""The pages of a visit: one file a kind of service."""
