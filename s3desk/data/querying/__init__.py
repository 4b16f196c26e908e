"""SQL over files where they lie: DuckDB asks for rows, and only what it asks for is fetched."""
