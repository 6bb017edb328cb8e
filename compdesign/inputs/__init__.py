"""What the user says: frozen pydantic models that validate and never compute."""
