"""How a terminal comes to its identity and its content: credentials, enrolment, signed bundles."""
