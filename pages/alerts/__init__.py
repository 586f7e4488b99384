"""Parts of the early-warning page: the alerts, the map, the counts, what is set and expected."""
