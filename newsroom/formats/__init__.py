"""How dates and times are written, where Django's own way takes too much room in a list."""
