"""Puts the rooms together: the one place that knows them all. `main.py` is its door."""
