"""Names of places in running text: how they are written, found again, and judged."""
