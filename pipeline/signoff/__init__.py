"""Who signed which figure, on what, and whether it still rests on the same."""
