"""Pure array functions that nodes share; no node in sight."""
