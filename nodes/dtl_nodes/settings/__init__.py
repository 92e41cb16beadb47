"""Parts of settings that several nodes share, and what they mean."""
