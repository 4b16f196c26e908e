"""What is asked before files go up, come down or are copied: names that are taken, names that change, options."""
