"""The dashboard's own server: who comes in, what every answer carries, and what is pushed."""
