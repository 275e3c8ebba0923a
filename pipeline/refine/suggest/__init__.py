"""What a codebook lacks: terms of a theme, and themes."""
