"""Residents' rights; README.md here lists the files and the tests that guard them."""
