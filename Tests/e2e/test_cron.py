"""Cron expressions: what `msgctl schedule --cron` answers, against croniter and a look at every minute."""

import os
import random
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter

pytestmark = pytest.mark.embedded

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
STEADY = ["UTC", "Asia/Kathmandu", "America/Phoenix"]
CHANGING = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns"]
EXPRESSIONS = 500
TIMES = 10


@pytest.fixture
def chance():
    seed = int(os.environ.get("MSGCTL_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"MSGCTL_TEST_SEED={seed}")
    return random.Random(seed)


def random_field(chance, low, high, starred, names=()):
    def name(value):
        if names and chance.random() < 0.3:
            text = names[value - low]
            return chance.choice([text, text.lower(), text.title()])
        return str(value)

    if chance.random() < starred:
        return chance.choice(["*", "*", "*", f"*/{chance.randint(1, max(1, high // 2))}"])
    items = []
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        first = chance.randint(low, high)
        last = chance.randint(first, high)
        item = name(first)
        if chance.random() < 0.5 and last > first:
            item = f"{item}-{name(last)}"
            if chance.random() < 0.4:
                item += f"/{chance.randint(1, max(1, high // 3))}"
        items.append(item)
    return ",".join(items)


def random_expression(chance):
    """One that has a next time, in croniter's opinion as well."""
    while True:
        if chance.random() < 0.03:
            return chance.choice(["@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"])
        expression = " ".join(
            [
                random_field(chance, 0, 59, 0.3),
                random_field(chance, 0, 23, 0.4),
                random_field(chance, 1, 31, 0.5),
                random_field(chance, 1, 12, 0.6, MONTHS),
                random_field(chance, 0, 6, 0.5, WEEKDAYS),
            ]
        )
        try:
            croniter(expression, datetime(2020, 1, 1), implement_cron_bug=True).get_next(datetime)
        except ValueError:
            continue
        return expression


def by_msgctl(site, expressions, zone, start, count):
    """The instants of each expression, from one call."""
    asked = [argument for expression in expressions for argument in ("--cron", expression)]
    answer = site.json(
        *("schedule", "--time-zone", zone, "--from", start.strftime("%Y-%m-%dT%H:%M:%SZ"), "--next", count),
        *asked,
        data=False,
    )
    assert [schedule["cron"] for schedule in answer["schedules"]] == expressions
    assert {schedule["timeZone"] for schedule in answer["schedules"]} == {zone}
    return [
        [datetime.fromisoformat(instant.replace("Z", "+00:00")) for instant in schedule["next"]]
        for schedule in answer["schedules"]
    ]


def by_croniter(expression, zone, start, count):
    """croniter on a clock that nobody changes, then put into the zone."""
    wall = croniter(expression, start.astimezone(zone).replace(tzinfo=None), implement_cron_bug=True)
    return [wall.get_next(datetime).replace(tzinfo=zone).astimezone(timezone.utc) for _ in range(count)]


def is_near_a_change(instant, zone):
    """Days of a change, and those beside them: there croniter counts in another way."""
    around = [instant + timedelta(hours=hours) for hours in range(-50, 51, 5)]
    return len({moment.astimezone(zone).utcoffset() for moment in around}) > 1


def test_random_expressions_against_croniter(site, chance):
    for zone_name in STEADY + CHANGING:
        zone = ZoneInfo(zone_name)
        expressions = [random_expression(chance) for _ in range(EXPRESSIONS // 7 + 1)]
        start = datetime(2015, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=chance.randrange(10 * 365 * 1440))
        for expression, ours in zip(expressions, by_msgctl(site, expressions, zone_name, start, TIMES), strict=True):
            assert len(ours) == TIMES and ours == sorted(set(ours))
            theirs = by_croniter(expression, zone, start, TIMES)
            if zone_name in CHANGING:
                # Up to where both have looked; what falls on such days has a test of its own.
                end = min(ours[-1], theirs[-1])
                ours, theirs = (
                    [at for at in instants if at <= end and not is_near_a_change(at, zone)] for instants in (ours, theirs)
                )
                if is_near_a_change(start, zone):
                    continue
            assert ours == theirs, f"{expression} in {zone_name} from {start}"


def every_minute(expression, zone, start, end):
    """What an expression means, minute by minute, in the words of docs/operations.md."""
    fields = [set(range(60)), set(range(24)), set(range(1, 32)), set(range(1, 13)), set(range(7))]
    for number, values in enumerate(croniter.expand(expression)[0]):
        if values != ["*"]:
            fields[number] = {value % 7 if number == 4 else value for value in values}
    minutes, hours, days, months, weekdays = fields
    _, _, day, _, weekday = expression.split()
    together = day.startswith("*") or weekday.startswith("*")
    every_hour = len(hours) == 24

    def names(wall):
        of_month, of_week = wall.day in days, wall.isoweekday() % 7 in weekdays
        is_day = of_month and of_week if together else of_month or of_week
        return is_day and wall.month in months and wall.hour in hours and wall.minute in minutes

    found, shown = [], set()
    # A day earlier, so that what was shown before is known.
    now = start - timedelta(days=1)
    last = (now - timedelta(minutes=1)).astimezone(zone).replace(tzinfo=None)
    while now <= end:
        wall = now.astimezone(zone).replace(tzinfo=None)
        runs = names(wall) and (every_hour or wall not in shown)
        shown.add(wall)
        if not every_hour:
            # What was skipped on the way to this minute runs now.
            lost = last + timedelta(minutes=1)
            while lost < wall:
                runs = runs or names(lost)
                lost += timedelta(minutes=1)
        if runs and now > start:
            found.append(now)
        last = wall
        now += timedelta(minutes=1)
    return found


# The two changes of a year: forward, back.
CHANGES = {
    "Europe/Berlin": ["2026-03-29T01:00", "2026-10-25T01:00"],
    "America/New_York": ["2026-03-08T07:00", "2026-11-01T06:00"],
    "Australia/Lord_Howe": ["2026-10-03T15:30", "2026-04-04T15:00"],
    "America/Sao_Paulo": ["2018-11-04T03:00", "2018-02-18T02:00"],
    "America/St_Johns": ["2010-03-14T03:31", "2010-11-07T02:31"],
    "Pacific/Apia": ["2011-12-30T10:00"],
}


@pytest.mark.parametrize("zone", CHANGES)
def test_clock_changes_against_every_minute(site, chance, zone):
    for change in CHANGES[zone]:
        change = datetime.fromisoformat(change).replace(tzinfo=timezone.utc)
        assert is_near_a_change(change, ZoneInfo(zone))
        start, end = change - timedelta(hours=26), change + timedelta(hours=26)
        expressions = []
        for _ in range(8):
            # Times near the change, on most days: else hardly any would meet it.
            minute = chance.choice(["0", "*/30", "1,31", str(chance.randrange(60)), f"0,{chance.randrange(1, 60)}"])
            hour = chance.choice(["*", "*/2", "0-23", *(random_field(chance, 0, 4, 0) for _ in range(3)), "23,0,2"])
            day = chance.choice(["*", "*", "*/2", "1-31", f"{change.day}"])
            weekday = chance.choice(["*", "*", "SAT,SUN", "*/3"])
            expressions.append(f"{minute} {hour} {day} * {weekday}")
        expected = [every_minute(expression, ZoneInfo(zone), start, end) for expression in expressions]
        for expression, theirs, ours in zip(
            expressions, expected, by_msgctl(site, expressions, zone, start, 120), strict=True
        ):
            # Twice an hour at most, so that 120 reach to the end.
            assert ours[-1] > end
            assert [at for at in ours if at <= end] == theirs, f"{expression} in {zone} from {start}"
