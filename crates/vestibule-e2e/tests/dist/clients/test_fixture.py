import sys

from vestibule import find_vestibule


def test_emulator_of_the_fixture_takes_faults(vestibule_emulator):
    assert vestibule_emulator.query("violations") == {"violations": []}
    vestibule_emulator.script("fail CreateToken with slow_down")


def test_programs_are_those_of_this_environment():
    assert find_vestibule().startswith(sys.prefix)
