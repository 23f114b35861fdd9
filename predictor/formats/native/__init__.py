"""The product's own session files, calendar and entries."""
