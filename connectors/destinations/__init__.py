"""The destinations: a file a destination, found by walking this folder."""
