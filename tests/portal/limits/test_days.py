"""Golden vectors: limits worked out by hand with a paper calendar, one a line of a docstring.

`office event → last day  the working`. `or` names the next working day, where the Division might
take that one (domain.md §2.1); a day in brackets is one on which the office is closed.
"""

from tests.portal.limits.reading import Vector, worked


@worked("rpd_disclosure")
def test_rpd_disclosure(vector: Vector) -> None:
    """RPD Rules, r. 34: 10 days before.

    toronto 2026-12-03 → 2026-11-23  3 Dec − 3 = 30 Nov − 7 = 23 Nov, Mon
    montreal 2026-12-11 → 2026-12-01  11 Dec − 10 = 1 Dec, Tue
    ottawa 2027-01-04 → 2026-12-25 or 2026-12-29  4 Jan − 4 = 31 Dec − 6 = 25 Dec, Fri, closed
    calgary 2028-03-10 → 2028-02-29  10 Mar − 10 = 29 Feb, Tue
    vancouver 2027-03-10 → 2027-02-28 or 2027-03-01  10 Mar − 10 = 28 Feb, Sun, closed
    toronto 2026-07-13 → 2026-07-03  13 Jul − 10 = 3 Jul, Fri
    montreal 2027-04-05 → 2027-03-26 or 2027-03-30  5 Apr − 5 = 31 Mar − 5 = 26 Mar, Fri, closed
    ottawa 2027-01-11 → 2027-01-01 or 2027-01-04  11 Jan − 10 = 1 Jan, Fri, closed
    montreal 2026-07-06 → 2026-06-26  6 Jul − 6 = 30 Jun − 4 = 26 Jun, Fri
    vancouver 2026-11-16 → 2026-11-06  16 Nov − 10 = 6 Nov, Fri
    toronto 2026-11-11 → 2026-11-01 or 2026-11-02  11 Nov − 10 = 1 Nov, Sun, closed
    montreal 2026-03-18 → 2026-03-08 or 2026-03-09  18 Mar − 10 = 8 Mar, Sun, closed
    toronto 2026-08-13 → 2026-08-03 or 2026-08-04  13 Aug − 10 = 3 Aug, Mon, closed
    montreal 2026-08-13 → 2026-08-03  13 Aug − 10 = 3 Aug, Mon
    vancouver 2028-01-10 → 2027-12-31  10 Jan − 10 = 31 Dec, Fri
    """
    vector.hold()


@worked("rpd_response")
def test_rpd_response(vector: Vector) -> None:
    """RPD Rules, r. 34: 5 days before.

    toronto 2026-12-03 → 2026-11-28 or 2026-11-30  3 Dec − 3 = 30 Nov − 2 = 28 Nov, Sat, closed
    montreal 2026-12-07 → 2026-12-02  7 Dec − 5 = 2 Dec, Wed
    ottawa 2027-01-01 → 2026-12-27 or 2026-12-29  1 Jan − 1 = 31 Dec − 4 = 27 Dec, Sun, closed
    calgary 2028-03-05 → 2028-02-29  5 Mar − 5 = 29 Feb, Tue
    vancouver 2027-03-05 → 2027-02-28 or 2027-03-01  5 Mar − 5 = 28 Feb, Sun, closed
    toronto 2026-04-08 → 2026-04-03 or 2026-04-07  8 Apr − 5 = 3 Apr, Fri, closed
    montreal 2026-06-29 → 2026-06-24 or 2026-06-25  29 Jun − 5 = 24 Jun, Wed, closed
    toronto 2026-06-29 → 2026-06-24  29 Jun − 5 = 24 Jun, Wed
    """
    vector.hold()


@worked("rpd_claim_form_changes")
def test_rpd_claim_form_changes(vector: Vector) -> None:
    """RPD Rules, r. 9: 10 days before.

    toronto 2026-05-28 → 2026-05-18 or 2026-05-19  28 May − 10 = 18 May, Mon, closed
    montreal 2026-10-13 → 2026-10-03 or 2026-10-05  13 Oct − 10 = 3 Oct, Sat, closed
    ottawa 2027-12-31 → 2027-12-21  31 Dec − 10 = 21 Dec, Tue
    calgary 2028-03-01 → 2028-02-20 or 2028-02-21  1 Mar − 1 = 29 Feb − 9 = 20 Feb, Sun, closed
    vancouver 2026-09-10 → 2026-08-31  10 Sep − 10 = 31 Aug, Mon
    """
    vector.hold()


@worked("rpd_witnesses")
def test_rpd_witnesses(vector: Vector) -> None:
    """RPD Rules, r. 44: 10 days before.

    toronto 2026-06-15 → 2026-06-05  15 Jun − 10 = 5 Jun, Fri
    montreal 2026-10-22 → 2026-10-12 or 2026-10-13  22 Oct − 10 = 12 Oct, Mon, closed
    ottawa 2027-02-10 → 2027-01-31 or 2027-02-01  10 Feb − 10 = 31 Jan, Sun, closed
    calgary 2026-12-24 → 2026-12-14  24 Dec − 10 = 14 Dec, Mon
    vancouver 2025-03-10 → 2025-02-28  10 Mar − 10 = 28 Feb, Fri
    """
    vector.hold()


@worked("rpd_application")
def test_rpd_application(vector: Vector) -> None:
    """RPD Rules, r. 50: 10 days before.

    toronto 2026-06-30 → 2026-06-20 or 2026-06-22  30 Jun − 10 = 20 Jun, Sat, closed
    montreal 2026-11-21 → 2026-11-11 or 2026-11-12  21 Nov − 10 = 11 Nov, Wed, closed
    ottawa 2027-03-11 → 2027-03-01  11 Mar − 10 = 1 Mar, Mon
    calgary 2026-09-17 → 2026-09-07 or 2026-09-08  17 Sep − 10 = 7 Sep, Mon, closed
    vancouver 2024-03-08 → 2024-02-27  8 Mar − 8 = 29 Feb − 2 = 27 Feb, Tue
    """
    vector.hold()


@worked("rpd_language")
def test_rpd_language(vector: Vector) -> None:
    """RPD Rules, r. 17: 10 days before.

    toronto 2026-12-31 → 2026-12-21  31 Dec − 10 = 21 Dec, Mon
    montreal 2027-05-03 → 2027-04-23  3 May − 3 = 30 Apr − 7 = 23 Apr, Fri
    ottawa 2026-08-14 → 2026-08-04  14 Aug − 10 = 4 Aug, Tue
    calgary 2025-01-07 → 2024-12-28 or 2024-12-30  7 Jan − 7 = 31 Dec − 3 = 28 Dec, Sat, closed
    vancouver 2024-10-24 → 2024-10-14 or 2024-10-15  24 Oct − 10 = 14 Oct, Mon, closed
    """
    vector.hold()


@worked("rpd_interpreter")
def test_rpd_interpreter(vector: Vector) -> None:
    """RPD Rules, r. 19: 10 days before.

    toronto 2026-12-09 → 2026-11-29 or 2026-11-30  9 Dec − 9 = 30 Nov − 1 = 29 Nov, Sun, closed
    montreal 2027-06-10 → 2027-05-31  10 Jun − 10 = 31 May, Mon
    ottawa 2026-10-10 → 2026-09-30 or 2026-10-01  10 Oct − 10 = 30 Sep, Wed, closed
    calgary 2025-11-21 → 2025-11-11 or 2025-11-12  21 Nov − 10 = 11 Nov, Tue, closed
    vancouver 2024-07-11 → 2024-07-01 or 2024-07-02  11 Jul − 10 = 1 Jul, Mon, closed
    """
    vector.hold()


@worked("rpd_ministers_notice")
def test_rpd_ministers_notice(vector: Vector) -> None:
    """RPD Rules, r. 29: 10 days before.

    toronto 2026-12-14 → 2026-12-04  14 Dec − 10 = 4 Dec, Fri
    montreal 2027-09-16 → 2027-09-06 or 2027-09-07  16 Sep − 10 = 6 Sep, Mon, closed
    ottawa 2026-02-06 → 2026-01-27  6 Feb − 6 = 31 Jan − 4 = 27 Jan, Tue
    calgary 2025-10-10 → 2025-09-30 or 2025-10-01  10 Oct − 10 = 30 Sep, Tue, closed
    vancouver 2024-12-04 → 2024-11-24 or 2024-11-25  4 Dec − 4 = 30 Nov − 6 = 24 Nov, Sun, closed
    """
    vector.hold()


@worked("rpd_location")
def test_rpd_location(vector: Vector) -> None:
    """RPD Rules, r. 53: 20 days before.

    toronto 2026-12-03 → 2026-11-13  3 Dec − 3 = 30 Nov − 17 = 13 Nov, Fri
    montreal 2027-01-14 → 2026-12-25 or 2026-12-29  14 Jan − 14 = 31 Dec − 6 = 25 Dec, Fri, closed
    ottawa 2028-03-20 → 2028-02-29  20 Mar − 20 = 29 Feb, Tue
    calgary 2026-11-02 → 2026-10-13  2 Nov − 2 = 31 Oct − 18 = 13 Oct, Tue
    vancouver 2027-01-20 → 2026-12-31  20 Jan − 20 = 31 Dec, Thu
    toronto 2026-07-21 → 2026-07-01 or 2026-07-02  21 Jul − 20 = 1 Jul, Wed, closed
    montreal 2027-07-14 → 2027-06-24 or 2027-06-25  14 Jul − 14 = 30 Jun − 6 = 24 Jun, Thu, closed
    """
    vector.hold()


@worked("rpd_joining")
def test_rpd_joining(vector: Vector) -> None:
    """RPD Rules, r. 56: 20 days before.

    toronto 2026-12-21 → 2026-12-01  21 Dec − 20 = 1 Dec, Tue
    montreal 2027-03-15 → 2027-02-23  15 Mar − 15 = 28 Feb − 5 = 23 Feb, Tue
    ottawa 2028-01-15 → 2027-12-26 or 2027-12-29  15 Jan − 15 = 31 Dec − 5 = 26 Dec, Sun, closed
    calgary 2026-10-20 → 2026-09-30 or 2026-10-01  20 Oct − 20 = 30 Sep, Wed, closed
    vancouver 2026-04-23 → 2026-04-03 or 2026-04-07  23 Apr − 20 = 3 Apr, Fri, closed
    """
    vector.hold()


@worked("rpd_date")
def test_rpd_date(vector: Vector) -> None:
    """RPD Rules, r. 54: 3 working days before.

    toronto 2026-12-03 → 2026-11-30  Thu 3 Dec: Wed 2, Tue 1, Mon 30
    montreal 2026-12-07 → 2026-12-02  Mon 7 Dec: (Sun 6), (Sat 5), Fri 4, Thu 3, Wed 2
    ottawa 2026-12-30 → 2026-12-23  Wed 30 Dec: Tue 29, (Mon 28), (Sun 27), (Sat 26), (Fri 25), Thu 24, Wed 23
    calgary 2027-01-05 → 2026-12-30  Tue 5 Jan: Mon 4, (Sun 3), (Sat 2), (Fri 1), Thu 31, Wed 30
    vancouver 2026-04-07 → 2026-03-31  Tue 7 Apr: (Mon 6), (Sun 5), (Sat 4), (Fri 3), Thu 2, Wed 1, Tue 31
    toronto 2026-08-05 → 2026-07-30  Wed 5 Aug: Tue 4, (Mon 3), (Sun 2), (Sat 1), Fri 31, Thu 30
    montreal 2026-08-05 → 2026-07-31  Wed 5 Aug: Tue 4, Mon 3, (Sun 2), (Sat 1), Fri 31
    ottawa 2026-11-12 → 2026-11-06  Thu 12 Nov: (Wed 11), Tue 10, Mon 9, (Sun 8), (Sat 7), Fri 6
    calgary 2028-01-05 → 2027-12-30  Wed 5 Jan: Tue 4, (Mon 3), (Sun 2), (Sat 1), Fri 31, Thu 30
    vancouver 2026-10-01 → 2026-09-25  Thu 1 Oct: (Wed 30), Tue 29, Mon 28, (Sun 27), (Sat 26), Fri 25
    montreal 2026-06-26 → 2026-06-22  Fri 26 Jun: Thu 25, (Wed 24), Tue 23, Mon 22
    """
    vector.hold()


@worked("rpd_counsel_removal")
def test_rpd_counsel_removal(vector: Vector) -> None:
    """RPD Rules, r. 15: 3 working days before.

    toronto 2026-12-03 → 2026-11-30  Thu 3 Dec: Wed 2, Tue 1, Mon 30
    montreal 2026-12-09 → 2026-12-04  Wed 9 Dec: Tue 8, Mon 7, (Sun 6), (Sat 5), Fri 4
    ottawa 2027-01-04 → 2026-12-29  Mon 4 Jan: (Sun 3), (Sat 2), (Fri 1), Thu 31, Wed 30, Tue 29
    calgary 2027-03-30 → 2027-03-23  Tue 30 Mar: (Mon 29), (Sun 28), (Sat 27), (Fri 26), Thu 25, Wed 24, Tue 23
    vancouver 2026-07-03 → 2026-06-29  Fri 3 Jul: Thu 2, (Wed 1), Tue 30, Mon 29
    toronto 2026-09-09 → 2026-09-03  Wed 9 Sep: Tue 8, (Mon 7), (Sun 6), (Sat 5), Fri 4, Thu 3
    montreal 2026-10-14 → 2026-10-08  Wed 14 Oct: Tue 13, (Mon 12), (Sun 11), (Sat 10), Fri 9, Thu 8
    ottawa 2026-05-20 → 2026-05-14  Wed 20 May: Tue 19, (Mon 18), (Sun 17), (Sat 16), Fri 15, Thu 14
    """
    vector.hold()


@worked("rpd_claim_form_extension")
def test_rpd_claim_form_extension(vector: Vector) -> None:
    """IRPR, s. 159.8: 3 working days before.

    toronto 2026-12-03 → 2026-11-30  Thu 3 Dec: Wed 2, Tue 1, Mon 30
    montreal 2026-12-14 → 2026-12-09  Mon 14 Dec: (Sun 13), (Sat 12), Fri 11, Thu 10, Wed 9
    ottawa 2026-12-31 → 2026-12-24  Thu 31 Dec: Wed 30, Tue 29, (Mon 28), (Sun 27), (Sat 26), (Fri 25), Thu 24
    calgary 2027-05-25 → 2027-05-19  Tue 25 May: (Mon 24), (Sun 23), (Sat 22), Fri 21, Thu 20, Wed 19
    vancouver 2026-11-16 → 2026-11-10  Mon 16 Nov: (Sun 15), (Sat 14), Fri 13, Thu 12, (Wed 11), Tue 10
    """
    vector.hold()


@worked("rpd_application_response")
def test_rpd_application_response(vector: Vector) -> None:
    """RPD Rules, r. 51 and r. 41(3): 5 days after.

    toronto 2026-11-23 → 2026-11-30  23 Nov + 5 = 28 Nov, Sat, closed
    montreal 2026-11-25 → 2026-11-30  25 Nov + 5 = 30 Nov, Mon
    ottawa 2026-12-20 → 2026-12-29  20 Dec + 5 = 25 Dec, Fri, closed
    calgary 2026-12-23 → 2026-12-29  23 Dec + 5 = 28 Dec, Mon, closed
    vancouver 2026-12-27 → 2027-01-04  27 Dec + 5 = 1 Jan, Fri, closed
    toronto 2027-03-21 → 2027-03-30  21 Mar + 5 = 26 Mar, Fri, closed
    montreal 2026-10-07 → 2026-10-13  7 Oct + 5 = 12 Oct, Mon, closed
    toronto 2026-07-29 → 2026-08-04  29 Jul + 3 = 1 Aug + 2 = 3 Aug, Mon, closed
    montreal 2026-07-29 → 2026-08-03  29 Jul + 3 = 1 Aug + 2 = 3 Aug, Mon
    vancouver 2028-02-24 → 2028-02-29  24 Feb + 5 = 29 Feb, Tue
    """
    vector.hold()


@worked("rpd_application_reply")
def test_rpd_application_reply(vector: Vector) -> None:
    """RPD Rules, r. 52 and r. 41(3): 3 days after.

    toronto 2026-11-23 → 2026-11-26  23 Nov + 3 = 26 Nov, Thu
    montreal 2026-11-25 → 2026-11-30  25 Nov + 3 = 28 Nov, Sat, closed
    ottawa 2026-12-22 → 2026-12-29  22 Dec + 3 = 25 Dec, Fri, closed
    calgary 2026-12-29 → 2027-01-04  29 Dec + 3 = 1 Jan, Fri, closed
    vancouver 2026-09-27 → 2026-10-01  27 Sep + 3 = 30 Sep, Wed, closed
    toronto 2027-03-23 → 2027-03-30  23 Mar + 3 = 26 Mar, Fri, closed
    montreal 2026-06-28 → 2026-07-02  28 Jun + 3 = 1 Jul, Wed, closed
    montreal 2026-06-21 → 2026-06-25  21 Jun + 3 = 24 Jun, Wed, closed
    """
    vector.hold()


@worked("rpd_special_hearing")
def test_rpd_special_hearing(vector: Vector) -> None:
    """RPD Rules, r. 65: 5 working days after.

    toronto 2026-12-03 → 2026-12-10  Thu 3 Dec: Fri 4, (Sat 5), (Sun 6), Mon 7, Tue 8, Wed 9, Thu 10
    montreal 2026-12-21 → 2026-12-30  Mon 21 Dec: Tue 22, Wed 23, Thu 24, (Fri 25), (Sat 26), (Sun 27), (Mon 28), Tue 29, Wed 30
    ottawa 2026-12-24 → 2027-01-05  Thu 24 Dec: (Fri 25), (Sat 26), (Sun 27), (Mon 28), Tue 29, Wed 30, Thu 31, (Fri 1), (Sat 2), (Sun 3), Mon 4, Tue 5
    calgary 2027-03-24 → 2027-04-02  Wed 24 Mar: Thu 25, (Fri 26), (Sat 27), (Sun 28), (Mon 29), Tue 30, Wed 31, Thu 1, Fri 2
    vancouver 2026-09-25 → 2026-10-05  Fri 25 Sep: (Sat 26), (Sun 27), Mon 28, Tue 29, (Wed 30), Thu 1, Fri 2, (Sat 3), (Sun 4), Mon 5
    toronto 2026-11-09 → 2026-11-17  Mon 9 Nov: Tue 10, (Wed 11), Thu 12, Fri 13, (Sat 14), (Sun 15), Mon 16, Tue 17
    montreal 2027-12-22 → 2027-12-31  Wed 22 Dec: Thu 23, Fri 24, (Sat 25), (Sun 26), (Mon 27), (Tue 28), Wed 29, Thu 30, Fri 31
    toronto 2026-07-30 → 2026-08-07  Thu 30 Jul: Fri 31, (Sat 1), (Sun 2), (Mon 3), Tue 4, Wed 5, Thu 6, Fri 7
    """
    vector.hold()


@worked("rpd_claim_form")
def test_rpd_claim_form_before_the_practice_notice(vector: Vector) -> None:
    """IRPR, s. 159.8 and RPD Rules, r. 41(3): 15 days after.

    toronto 2024-06-03 → 2024-06-18  3 Jun + 15 = 18 Jun, Tue
    montreal 2024-06-14 → 2024-07-02  14 Jun + 15 = 29 Jun, Sat, closed
    ottawa 2024-03-17 → 2024-04-02  17 Mar + 15 = 1 Apr, Mon, closed
    calgary 2024-08-20 → 2024-09-04  20 Aug + 12 = 1 Sep + 3 = 4 Sep, Wed
    vancouver 2024-09-06 → 2024-09-23  6 Sep + 15 = 21 Sep, Sat, closed
    """
    vector.hold()


@worked("rpd_claim_form")
def test_rpd_claim_form(vector: Vector) -> None:
    """The RPD’s practice notice of 2024 and RPD Rules, r. 41(3): 45 days after.

    toronto 2024-09-09 → 2024-10-24  9 Sep + 22 = 1 Oct + 23 = 24 Oct, Thu
    montreal 2026-11-01 → 2026-12-16  1 Nov + 30 = 1 Dec + 15 = 16 Dec, Wed
    ottawa 2026-11-12 → 2026-12-29  12 Nov + 19 = 1 Dec + 26 = 27 Dec, Sun, closed
    calgary 2026-11-13 → 2026-12-29  13 Nov + 18 = 1 Dec + 27 = 28 Dec, Mon, closed
    vancouver 2027-01-15 → 2027-03-01  15 Jan + 17 = 1 Feb + 28 = 1 Mar, Mon
    toronto 2028-01-16 → 2028-03-01  16 Jan + 16 = 1 Feb + 29 = 1 Mar, Wed
    montreal 2026-08-14 → 2026-09-28  14 Aug + 18 = 1 Sep + 27 = 28 Sep, Mon
    ottawa 2026-02-19 → 2026-04-07  19 Feb + 10 = 1 Mar + 31 = 1 Apr + 4 = 5 Apr, Sun, closed
    """
    vector.hold()


@worked("rad_notice_of_appeal")
def test_rad_notice_of_appeal(vector: Vector) -> None:
    """IRPR, s. 159.91 and RAD Rules, r. 35(3): 15 days after.

    toronto 2026-11-02 → 2026-11-17  2 Nov + 15 = 17 Nov, Tue
    montreal 2026-11-06 → 2026-11-23  6 Nov + 15 = 21 Nov, Sat, closed
    ottawa 2026-12-10 → 2026-12-29  10 Dec + 15 = 25 Dec, Fri, closed
    calgary 2026-12-11 → 2026-12-29  11 Dec + 15 = 26 Dec, Sat, closed
    vancouver 2026-12-17 → 2027-01-04  17 Dec + 15 = 1 Jan, Fri, closed
    toronto 2027-02-14 → 2027-03-01  14 Feb + 15 = 1 Mar, Mon
    montreal 2028-02-14 → 2028-02-29  14 Feb + 15 = 29 Feb, Tue
    ottawa 2026-03-19 → 2026-04-07  19 Mar + 13 = 1 Apr + 2 = 3 Apr, Fri, closed
    calgary 2026-10-27 → 2026-11-12  27 Oct + 5 = 1 Nov + 10 = 11 Nov, Wed, closed
    vancouver 2026-09-15 → 2026-10-01  15 Sep + 15 = 30 Sep, Wed, closed
    """
    vector.hold()


@worked("rad_perfection")
def test_rad_perfection(vector: Vector) -> None:
    """The RAD’s practice notice and RAD Rules, r. 35(3): 45 days after.

    toronto 2026-11-02 → 2026-12-17  2 Nov + 29 = 1 Dec + 16 = 17 Dec, Thu
    montreal 2026-11-10 → 2026-12-29  10 Nov + 21 = 1 Dec + 24 = 25 Dec, Fri, closed
    ottawa 2026-11-11 → 2026-12-29  11 Nov + 20 = 1 Dec + 25 = 26 Dec, Sat, closed
    calgary 2026-12-15 → 2027-01-29  15 Dec + 17 = 1 Jan + 28 = 29 Jan, Fri
    vancouver 2027-01-15 → 2027-03-01  15 Jan + 17 = 1 Feb + 28 = 1 Mar, Mon
    toronto 2028-01-15 → 2028-02-29  15 Jan + 17 = 1 Feb + 28 = 29 Feb, Tue
    montreal 2026-10-14 → 2026-11-30  14 Oct + 18 = 1 Nov + 27 = 28 Nov, Sat, closed
    ottawa 2026-05-17 → 2026-07-02  17 May + 15 = 1 Jun + 30 = 1 Jul, Wed, closed
    montreal 2027-05-10 → 2027-06-25  10 May + 22 = 1 Jun + 23 = 24 Jun, Thu, closed
    """
    vector.hold()


@worked("rad_reply")
def test_rad_reply(vector: Vector) -> None:
    """The RAD Rules and r. 35(3): 15 days after.

    toronto 2026-11-23 → 2026-12-08  23 Nov + 8 = 1 Dec + 7 = 8 Dec, Tue
    montreal 2026-12-18 → 2027-01-04  18 Dec + 14 = 1 Jan + 1 = 2 Jan, Sat, closed
    ottawa 2027-03-11 → 2027-03-30  11 Mar + 15 = 26 Mar, Fri, closed
    calgary 2026-06-16 → 2026-07-02  16 Jun + 15 = 1 Jul, Wed, closed
    vancouver 2028-02-16 → 2028-03-02  16 Feb + 14 = 1 Mar + 1 = 2 Mar, Thu
    """
    vector.hold()


@worked("rad_date")
def test_rad_date(vector: Vector) -> None:
    """RAD Rules, r. 67: 3 working days before.

    toronto 2026-12-03 → 2026-11-30  Thu 3 Dec: Wed 2, Tue 1, Mon 30
    montreal 2026-12-07 → 2026-12-02  Mon 7 Dec: (Sun 6), (Sat 5), Fri 4, Thu 3, Wed 2
    ottawa 2026-11-12 → 2026-11-06  Thu 12 Nov: (Wed 11), Tue 10, Mon 9, (Sun 8), (Sat 7), Fri 6
    calgary 2027-01-05 → 2026-12-30  Tue 5 Jan: Mon 4, (Sun 3), (Sat 2), (Fri 1), Thu 31, Wed 30
    vancouver 2026-10-01 → 2026-09-25  Thu 1 Oct: (Wed 30), Tue 29, Mon 28, (Sun 27), (Sat 26), Fri 25
    """
    vector.hold()


@worked("rad_tribunal_record")
def test_rad_tribunal_record(vector: Vector) -> None:
    """RAD Rules, r. 21 and 35(3): 10 days after the notice of appeal.

    toronto 2026-11-23 → 2026-12-03  23 Nov + 7 = 30 Nov + 3 = 3 Dec, Thu
    montreal 2026-12-18 → 2026-12-29  18 Dec + 10 = 28 Dec, Mon, closed
    ottawa 2027-03-16 → 2027-03-30  16 Mar + 10 = 26 Mar, Fri, closed
    calgary 2026-06-21 → 2026-07-02  21 Jun + 9 = 30 Jun + 1 = 1 Jul, Wed, closed
    vancouver 2028-02-20 → 2028-03-01  20 Feb + 9 = 29 Feb + 1 = 1 Mar, Wed
    """
    vector.hold()


@worked("iad_response")
def test_iad_response(vector: Vector) -> None:
    """IAD Rules, r. 27: 30 days before.

    toronto 2026-12-30 → 2026-11-30  30 Dec − 30 = 30 Nov, Mon
    montreal 2027-03-01 → 2027-01-30 or 2027-02-01  1 Mar − 1 = 28 Feb − 28 = 31 Jan − 1 = 30 Jan, Sat, closed
    ottawa 2028-03-30 → 2028-02-29  30 Mar − 30 = 29 Feb, Tue
    calgary 2027-01-15 → 2026-12-16  15 Jan − 15 = 31 Dec − 15 = 16 Dec, Wed
    vancouver 2026-10-30 → 2026-09-30 or 2026-10-01  30 Oct − 30 = 30 Sep, Wed, closed
    toronto 2027-04-25 → 2027-03-26 or 2027-03-30  25 Apr − 25 = 31 Mar − 5 = 26 Mar, Fri, closed
    montreal 2026-12-11 → 2026-11-11 or 2026-11-12  11 Dec − 11 = 30 Nov − 19 = 11 Nov, Wed, closed
    """
    vector.hold()


@worked("iad_language")
def test_iad_language(vector: Vector) -> None:
    """IAD Rules, r. 19: 45 days before.

    toronto 2027-01-15 → 2026-12-01  15 Jan − 15 = 31 Dec − 30 = 1 Dec, Tue
    montreal 2027-04-01 → 2027-02-15  1 Apr − 1 = 31 Mar − 31 = 28 Feb − 13 = 15 Feb, Mon
    ottawa 2028-04-01 → 2028-02-16  1 Apr − 1 = 31 Mar − 31 = 29 Feb − 13 = 16 Feb, Wed
    calgary 2026-12-26 → 2026-11-11 or 2026-11-12  26 Dec − 26 = 30 Nov − 19 = 11 Nov, Wed, closed
    vancouver 2026-08-15 → 2026-07-01 or 2026-07-02  15 Aug − 15 = 31 Jul − 30 = 1 Jul, Wed, closed
    """
    vector.hold()


@worked("iad_date")
def test_iad_date(vector: Vector) -> None:
    """IAD Rules, r. 90: 3 working days before.

    toronto 2026-12-10 → 2026-12-07  Thu 10 Dec: Wed 9, Tue 8, Mon 7
    montreal 2027-01-06 → 2026-12-31  Wed 6 Jan: Tue 5, Mon 4, (Sun 3), (Sat 2), (Fri 1), Thu 31
    ottawa 2027-04-01 → 2027-03-25  Thu 1 Apr: Wed 31, Tue 30, (Mon 29), (Sun 28), (Sat 27), (Fri 26), Thu 25
    calgary 2026-09-08 → 2026-09-02  Tue 8 Sep: (Mon 7), (Sun 6), (Sat 5), Fri 4, Thu 3, Wed 2
    vancouver 2026-05-21 → 2026-05-15  Thu 21 May: Wed 20, Tue 19, (Mon 18), (Sun 17), (Sat 16), Fri 15
    """
    vector.hold()


@worked("iad_appeal")
def test_iad_appeal(vector: Vector) -> None:
    """IAD Rules, r. 16 and r. 41: 30 days after.

    toronto 2026-11-02 → 2026-12-02  2 Nov + 29 = 1 Dec + 1 = 2 Dec, Wed
    montreal 2026-11-25 → 2026-12-29  25 Nov + 6 = 1 Dec + 24 = 25 Dec, Fri, closed
    ottawa 2027-01-30 → 2027-03-01  30 Jan + 2 = 1 Feb + 28 = 1 Mar, Mon
    calgary 2028-01-30 → 2028-02-29  30 Jan + 2 = 1 Feb + 28 = 29 Feb, Tue
    vancouver 2026-09-12 → 2026-10-13  12 Sep + 19 = 1 Oct + 11 = 12 Oct, Mon, closed
    toronto 2026-03-04 → 2026-04-07  4 Mar + 28 = 1 Apr + 2 = 3 Apr, Fri, closed
    montreal 2026-10-12 → 2026-11-12  12 Oct + 20 = 1 Nov + 10 = 11 Nov, Wed, closed
    """
    vector.hold()


@worked("iad_residency_appeal")
def test_iad_residency_appeal(vector: Vector) -> None:
    """IAD Rules, r. 16 and r. 41: 60 days after.

    toronto 2026-11-02 → 2027-01-04  2 Nov + 29 = 1 Dec + 31 = 1 Jan, Fri, closed
    montreal 2026-10-27 → 2026-12-29  27 Oct + 5 = 1 Nov + 30 = 1 Dec + 25 = 26 Dec, Sat, closed
    ottawa 2027-01-01 → 2027-03-02  1 Jan + 31 = 1 Feb + 28 = 1 Mar + 1 = 2 Mar, Tue
    calgary 2028-01-01 → 2028-03-01  1 Jan + 31 = 1 Feb + 29 = 1 Mar, Wed
    vancouver 2026-08-13 → 2026-10-13  13 Aug + 19 = 1 Sep + 30 = 1 Oct + 11 = 12 Oct, Mon, closed
    """
    vector.hold()


@worked("iad_disclosure")
def test_iad_disclosure(vector: Vector) -> None:
    """IAD Rules, r. 26 and r. 41: 60 days after.

    toronto 2026-11-03 → 2027-01-04  3 Nov + 28 = 1 Dec + 31 = 1 Jan + 1 = 2 Jan, Sat, closed
    montreal 2026-12-31 → 2027-03-01  31 Dec + 1 = 1 Jan + 31 = 1 Feb + 28 = 1 Mar, Mon
    ottawa 2027-07-12 → 2027-09-10  12 Jul + 20 = 1 Aug + 31 = 1 Sep + 9 = 10 Sep, Fri
    calgary 2026-02-01 → 2026-04-02  1 Feb + 28 = 1 Mar + 31 = 1 Apr + 1 = 2 Apr, Thu
    vancouver 2026-05-03 → 2026-07-02  3 May + 29 = 1 Jun + 30 = 1 Jul + 1 = 2 Jul, Thu
    """
    vector.hold()


@worked("id_disclosure")
def test_id_disclosure(vector: Vector) -> None:
    """ID Rules, r. 26: 5 days before.

    toronto 2026-12-03 → 2026-11-28  3 Dec − 3 = 30 Nov − 2 = 28 Nov, Sat
    montreal 2026-12-04 → 2026-11-29  4 Dec − 4 = 30 Nov − 1 = 29 Nov, Sun
    ottawa 2027-01-02 → 2026-12-28  2 Jan − 2 = 31 Dec − 3 = 28 Dec, Mon
    calgary 2028-03-03 → 2028-02-27  3 Mar − 3 = 29 Feb − 2 = 27 Feb, Sun
    vancouver 2026-11-16 → 2026-11-11  16 Nov − 5 = 11 Nov, Wed
    """
    vector.hold()
