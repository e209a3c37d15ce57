"""Chip cards at PC/SC readers: that one lies there, which kind it is, and what its number is.

`reader.PcscCardReader` is the driver (`kiosk.ports.CardReader`). `watch` follows the readers on a thread of its own
and never connects; `recognition` is pure and says what to ask a card; `look` asks it, on one thread a look;
`arbiter` says when nobody may connect, because the AusweisApp works with the card.
"""
