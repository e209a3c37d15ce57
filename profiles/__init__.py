"""What a place is: the schema of profiles, loading and checking them, and the profiles that ship."""
