"""Looking back in parts: what is picked, what is found, the map with its replay, the table."""
