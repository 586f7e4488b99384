"""The doors of the outside process: every file here is one, with a `router`."""
