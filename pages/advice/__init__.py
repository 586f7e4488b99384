"""The parts of the page with prevention tips."""
