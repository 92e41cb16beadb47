"""``python -m dtl_engine`` is ``dtl``."""

from dtl_engine.cli import main

main()
