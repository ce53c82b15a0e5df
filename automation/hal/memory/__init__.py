"""HAL's memory: a scoped store, hybrid search, retention, access control and session state, all on local files."""
