"""Forms: what they ask, how answers are checked, and how the federal standard's schemas are read."""
