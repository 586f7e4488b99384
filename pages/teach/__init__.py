"""What a person teaches: the parts of the page where doubt is settled."""
