"""The tables of the archive as they came to be, one step to a file in ``versions/``.

Nothing but Alembic's steps lives here, each written once and never changed. May import
SQLAlchemy and Alembic, and nothing of the product: a step must not change with the code.
"""
