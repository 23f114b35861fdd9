"""The steps, the oldest first; each is named by its number and never changed once it is out.

May import SQLAlchemy and Alembic alone.
"""
