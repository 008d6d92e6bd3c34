"""Lets `python -m turnaround` do what the command `turnaround` does."""

from turnaround.cli import main

if __name__ == "__main__":
    main()
