"""Fuzzers over every door: whatever comes in, what comes out is an answer or one of our errors."""
