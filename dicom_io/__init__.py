"""The wire and the file: receiving, sending, and an instance opened as frames with true timestamps. Knows no faces."""
