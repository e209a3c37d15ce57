"""The server of a site: calls for a person, and the counter's page.

Layout: `settings` and `settings_file`, `storage` (tables), `calls` (what happens to a call), `news` (who
is told of changes), `access` (who may do what), `shield` (what holds for every request), `terminals`
(what terminals say), `counter` (what staff see), `app` (all of it as one ASGI application), `server`
(the process that serves it).
"""
