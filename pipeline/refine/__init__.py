"""The codebook's workshop: checking it, and what it does to a round."""
