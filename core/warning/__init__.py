"""vroegsignalering in parts: counting, bounds, false alarms, near repeats, spreading patterns."""
