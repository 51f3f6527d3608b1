"""`python -m headlint`."""

from headlint.cli import main

main()
