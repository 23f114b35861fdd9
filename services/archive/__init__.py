"""Every published forecast, result revision and score, in SQLite or PostgreSQL.

Derived from the documents that publishing keeps, so that it may fail, lag and be made anew. May
import `publishing` and what is below it; SQLAlchemy and Alembic stay here.
"""
