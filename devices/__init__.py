"""What stands at the terminal: in each room a protocol, its drivers and a simulator on the real wire."""
