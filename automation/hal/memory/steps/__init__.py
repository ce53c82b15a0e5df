"""What the plan's memory tasks call, one module a theme; every path is relative to the work directory."""
