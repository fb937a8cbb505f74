"""The watched sources: one TOML file each. Read by core.sources.files; a province's own lie in its data folder."""
