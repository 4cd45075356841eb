"""Badge terminals over serial lines in, check-ins over MQTT out; nothing lost, nothing twice."""

__version__ = "0.1.0"
