"""Everything virtual put together: the demo, and a visit that walks by itself. Never in a foyer."""
