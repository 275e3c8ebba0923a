"""What a person reviews, in which order, and what is kept of it; no web in it."""
