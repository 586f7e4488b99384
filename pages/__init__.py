"""The pages of the dashboard: one file a page; what starts with "_" is their frame."""
