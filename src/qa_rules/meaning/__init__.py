"""What a model means: the definition that every engine must agree with."""
