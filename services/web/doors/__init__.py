"""Who may come in, and with how much: hosts, connections, headers, bodies, tokens, forms.

Knows no page and no document. May import `services.errors` and the server's packages.
"""
