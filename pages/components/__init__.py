"""Parts of pages: show_<thing>(..., key) gives a plain value."""
