"""The daemon: it watches folders of session files and keeps the season document up to date."""
