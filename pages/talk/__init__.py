"""Conversations in parts: the list, one thread, what became of our texts, and writing them."""
