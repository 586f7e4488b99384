"""Parts of the evaluation page: the model, practice, drift, and what is published."""
