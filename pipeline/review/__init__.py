"""What people read: which responses to read next, what an audit draws, and when to stop."""
