"""Parts of the research page: the form, what came out of a run."""
