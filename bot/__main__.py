"""`python -m bot` = `callsheet`."""

import gc

gc.disable()  # nothing made while starting is garbage; `serving.started` turns it on again

from bot.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
