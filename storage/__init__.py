"""Keep: the archive of published bytes, the database, its schema, writes and queries."""
