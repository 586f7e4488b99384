"""The only place that talks to another system; the database apart."""
