"""What a file may say, and how it becomes the model. Pydantic, YAML and the grammar live here only."""
