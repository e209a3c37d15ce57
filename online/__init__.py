"""What stands behind the network: one file a system."""
