"""Clients made from the description of the API: one for Python, and types for TypeScript.

``python -m services.web.api.clients FOLDER`` writes them, ``make docs`` those of `clients/`, and
the server hands them out. Text in, text out: what they say is what `openapi` says.
May import what `services/web/api/` may.
"""
