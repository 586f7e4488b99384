"""The sources: a file a source, found by walking this folder."""
