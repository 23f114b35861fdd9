"""OpenF1: answers of its API, as JSON or CSV, joined by their keys."""
