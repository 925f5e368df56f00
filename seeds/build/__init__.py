"""Makers of seed files from public data sets; run by hand, never in a night's work."""
