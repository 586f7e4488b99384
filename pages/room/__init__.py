"""The control room in parts: the board (queue and map), the incident, and what can be done."""
