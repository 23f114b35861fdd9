"""Constants of circuits and pit crews, fitted from laps, stops and results."""
