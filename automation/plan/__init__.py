"""What is to be done: the plan, its loader, calendar, graph and expressions."""
