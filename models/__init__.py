"""Learned models: one wrapper each; the corpus they learn from; the code that trains them."""
