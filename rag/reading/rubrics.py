"""What stands above headlines in larger print than they, and is none."""

import re

RUBRIC = re.compile(
    r"""\W*(?:(?:Presse|Medien)\W?(?:mitteilung|information|meldung|erklärung|info)(?:en)?
        |Press\s(?:release|statement)|Media\srelease|News\s?letter)
        (?:\W*(?:Nr|No|Nummer)\b)?[\d\s/.:–-]*""",
    re.IGNORECASE | re.VERBOSE,
)
