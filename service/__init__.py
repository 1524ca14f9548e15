"""The running program: configuration, roles, workflows, store, child processes, health, command line."""
