"""The logic of a terminal: pure Python, no Qt, no sockets, no clock, no randomness."""
