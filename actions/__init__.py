"""Custom actions of the dialogue engine: from a question to cited clauses."""
