"""The server of a site: calls for a person, and the counter's page.

Layout, from the disk to the screen: `settings`, `settings_file`; `storage` (tables) and `migrations`; what happens to
`calls`, `terminal_states`, `figures`, `accounts`, `sessions`, `attempts`, `audit`; `board` (how all stands, in memory),
`replicas` (hubs side by side), `presence` (which terminals are connected); `access`, `roles`, `rates`, `shield` (who
may do what, how often); the routes `terminals`, `sign_in` with `sign_on`, `counter`, `records`, drawn by `pages` in
the `words` of `locale`, sent by `streams`; `app` (all of it as one ASGI application), `server` (the process),
`commands` (IT's).
"""
