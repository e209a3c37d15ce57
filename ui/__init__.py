"""Qt widgets that draw a `Screen`. They emit events and decide nothing."""
