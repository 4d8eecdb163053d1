"""`python -m decarb.cli`."""

from decarb.cli import main

if __name__ == "__main__":
    main()
