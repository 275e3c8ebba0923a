"""What the rules find in a text, and why they do not find more."""
