"""One module a page: from a world to the bytes of its pages, by the templates.

A page derives nothing itself; it takes values from `derived` and pictures from `drawing`. May
import both, and `resource` and `world`; never the server's packages but Jinja2.
"""
