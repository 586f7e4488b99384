"""The officer's page in parts: the work list, what changed, what repeats."""
