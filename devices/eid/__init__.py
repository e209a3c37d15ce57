"""The German eID card, through the AusweisApp's WebSocket SDK.

`client.AusweisApp` is the driver (`kiosk.ports.Eid`), `simulator.AusweisAppDouble` plays the other side.
Inside, the protocol is apart from the socket: `authentication` and `pin_change` are pure, message in,
commands and events out.
"""
