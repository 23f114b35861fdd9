"""One file, parsed; none stops the others, however it breaks."""

from predictor.graph.seasons.parsing import parse_one

LAPS = (
    b"Driver,DriverNumber,LapNumber,LapTime,IsAccurate\n"
    b"NOR,4,1,0 days 00:01:20.000000,False\nNOR,4,2,0 days 00:01:21.500000,True\n"
)


class Unreadable(bytes):
    """Bytes that break whoever looks at them."""

    def strip(self, *_):
        raise ZeroDivisionError


def test_parse_one__whatever_a_parser_raises_becomes_the_files_rejection():
    outcome = parse_one(Unreadable(b"{}"))
    assert not outcome.usable
    assert "a fault of this product" in str(outcome.rejection)
    assert ", line " not in str(outcome.rejection)
    assert "ZeroDivisionError" in str(outcome.rejection)


def test_parse_one__keeps_of_laps_what_they_come_to():
    (record,) = parse_one(LAPS).laps
    assert record.laps == ()
    (driver,) = record.drivers
    assert (driver.driver.code, driver.n_laps, driver.best_s) == ("NOR", 2, 81.5)
