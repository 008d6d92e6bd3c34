"""The command line: `cli` lists the commands and says in which module each of them is."""
