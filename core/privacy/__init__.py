"""Where residents' rights are kept; README.md here lists the files and the tests that guard them."""
