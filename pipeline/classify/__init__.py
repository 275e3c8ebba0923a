"""Responses + fitted model -> codings with scores and the terms that carried them.

scikit-learn is imported by `pipeline.classify.train` alone, and only once training starts.
"""
