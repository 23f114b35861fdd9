"""Notices of a new forecast: webhooks, and sensors of Home Assistant by MQTT.

What is said is made from the document and laid into an outbox on the disk; a process of its own
carries it away, so that nobody waits for a network. May import `publishing` and what is below it,
never `archive` beside it; paho-mqtt in `mqtt.py` alone.
"""
