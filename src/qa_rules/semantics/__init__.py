"""What a rule means: the definition, by walking it; needs attrs and the model alone."""
