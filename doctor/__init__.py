"""`lotse doctor`: tests what a terminal has, for real, and writes down whether it is ready. For IT, between visits.

It puts the same drivers together that the terminal runs with, so it may import every room, as `main.py` and `demo` do.
"""
