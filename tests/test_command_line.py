"""The command that is printed under a result makes the same when it is given to a shell."""

import shlex

from experiments.command_line import command_line


def test_a_flag_stands_alone_and_an_option_without_a_value_is_left_out():
    options = [("--difference", True), ("--yes", False), ("--regime", None), ("--seed", 0)]
    assert command_line("sensitivity", "results/a", options=options) == (
        "turnaround sensitivity results/a --difference --seed 0"
    )


def test_a_folder_with_blanks_is_one_word_to_a_shell():
    command = command_line("score", "my forecast", "what happened.csv", options=[("--out", "a b")])
    assert shlex.split(command)[2:] == ["my forecast", "what happened.csv", "--out", "a b"]
