"""Exercising in parts: choosing an evening, the bar above every page, looking back."""
