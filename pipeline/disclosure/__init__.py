"""Figures -> what may be published of them: small numbers hidden, with all that would tell them."""
