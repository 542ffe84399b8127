"""Plans interview loops: who meets the candidate when, in the best order, with the reasons. Pure, no I/O."""
