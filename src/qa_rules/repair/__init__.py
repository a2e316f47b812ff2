"""What would have to be put right: the least, proved, or what stands against it."""
