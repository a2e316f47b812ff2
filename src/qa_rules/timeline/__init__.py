"""How an answer changes with the days: break points, how long it holds, what differs."""
