"""Decision tables: read, decided in every engine, told and proved."""
