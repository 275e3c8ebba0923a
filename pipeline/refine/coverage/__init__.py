"""What each rule brings to a round, and what no rule explains."""
