"""Constants and session files made from other people's data."""
