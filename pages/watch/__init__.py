"""The parts of the neighbourhood-watch page."""
