"""What went wrong, in the reader's language.

Errors are raised, and reasons kept in the index, in English, as the command line shows them. Here stands the German of
those that a reader of the page meets: on files, on building and going back, on filters and on what is kept. What only
whoever runs the server can mend, as a damaged index, stays as it is. The tests hold the list to what the code raises.
"""

import re
from collections.abc import Mapping
from functools import cache

from rag.records import Language

OF_FILES: Mapping[str, str] = {
    "is empty": "ist leer",
    "is not text (it holds control characters)": "ist kein Text (es stehen Steuerzeichen darin)",
    "is longer than {size} MB: shorten it, or raise RAG_MAX_FILE_MB": "ist länger als {size} MB: Kürzen Sie sie, oder erhöhen Sie RAG_MAX_FILE_MB",
    "is larger than {size} MB: split it, or raise {setting}": "ist größer als {size} MB: Teilen Sie sie, oder erhöhen Sie {setting}",
    "is larger than {size} MB: take it out, or raise RAG_MAX_DOCUMENT_MB": "ist größer als {size} MB: Nehmen Sie sie heraus, oder erhöhen Sie RAG_MAX_DOCUMENT_MB",
    "cannot be decoded as {encoding}: byte {place} is damaged": "lässt sich nicht als {encoding} lesen: Byte {place} ist beschädigt",
    "cannot be read: it is damaged, or not what its name says ({error})": "lässt sich nicht lesen: Sie ist beschädigt, oder nicht das, was ihr Name sagt ({error})",
    "cannot be opened ({error})": "lässt sich nicht öffnen ({error})",
    "cannot be opened ({error}): change who may read it, or take it out": "lässt sich nicht öffnen ({error}): Ändern Sie, wer sie lesen darf, oder nehmen Sie sie heraus",
    "has a name that is not readable text: rename it": "hat einen Namen, der kein lesbarer Text ist: Benennen Sie sie um",
    "is a link that leads out of the folder: copy what it leads to": "ist ein Verweis, der aus dem Ordner hinausführt: Kopieren Sie, worauf er zeigt",
    "is a link to a folder: its files are read where they are": "ist ein Verweis auf einen Ordner: Dessen Dateien werden gelesen, wo sie liegen",
    "is no file (a broken link, or a device)": "ist keine Datei (ein toter Verweis oder ein Gerät)",
    "is of a kind that cannot be read: save it as one of {kinds}": "ist von einer Art, die nicht gelesen wird: Speichern Sie sie als {kinds}",
    "is of a kind that cannot be read ({kinds} can)": "ist von einer Art, die nicht gelesen wird (gelesen werden {kinds})",
    "holds no text that could be quoted": "enthält keinen Text, der zitiert werden könnte",
    "holds no text that a reader would see": "enthält keinen Text, den ein Leser sähe",
    "holds no article": "enthält keinen Artikel",
    "holds no article ({reason} ...)": "enthält keinen Artikel ({reason} …)",
    "holds {count} more articles that cannot be read": "enthält {count} weitere Artikel, die sich nicht lesen lassen",
    "holds more than {count} articles: split it, or raise RAG_MAX_ARCHIVE_ARTICLES": "enthält mehr als {count} Artikel: Teilen Sie sie, oder erhöhen Sie RAG_MAX_ARCHIVE_ARTICLES",
    "holds no web page: save the page again, as a single file or as .html": "enthält keine Webseite: Speichern Sie die Seite noch einmal, in einer Datei oder als .html",
    "is no text document: save it as one, or its tables as .csv": "ist kein Textdokument: Speichern Sie sie als solches, oder ihre Tabellen als .csv",
    "is no rich text, whatever its name says: save it as .rtf or .docx": "ist kein RTF, wie sie auch heißt: Speichern Sie sie als .rtf oder .docx",
    "is packed as tightly as no text is: save it anew, if you trust it": "ist so dicht gepackt, wie es kein Text ist: Speichern Sie sie neu, wenn Sie ihr trauen",
    "is damaged": "ist beschädigt",
    "is damaged or no PDF": "ist beschädigt oder kein PDF",
    "is damaged or no zip archive": "ist beschädigt oder kein ZIP-Archiv",
    "holds pictures of pages, no text: run text recognition (OCR) over it first": "enthält Bilder von Seiten, keinen Text: Lassen Sie erst eine Texterkennung (OCR) darüberlaufen",
    "holds pictures of pages, hardly any text: run text recognition (OCR) over it first": "enthält Bilder von Seiten, kaum Text: Lassen Sie erst eine Texterkennung (OCR) darüberlaufen",
    "is locked with a password: save it without one": "ist mit einem Passwort gesperrt: Speichern Sie sie ohne",
    "is locked with a password: save a copy without one": "ist mit einem Passwort gesperrt: Speichern Sie eine Kopie ohne Passwort",
    "is locked with a password: unpack it, and leave it beside the archive": "ist mit einem Passwort gesperrt: Entpacken Sie sie, und legen Sie sie neben das Archiv",
    "is locked with a password or of an old kind of Word: save it as .docx without one": "ist mit einem Passwort gesperrt oder von einem alten Word: Speichern Sie sie als .docx ohne Passwort",
    "crashes its parser: it is damaged, or made to do harm": "bringt das Leseprogramm zum Absturz: Sie ist beschädigt, oder soll Schaden anrichten",
    "takes longer than {seconds} s to read: leave it out, or raise RAG_PARSE_SECONDS": "braucht länger als {seconds} s zum Lesen: Lassen Sie sie weg, oder erhöhen Sie RAG_PARSE_SECONDS",
    "needs more than {size} of memory to read: leave it out, or raise RAG_PARSE_MEMORY_MB": "braucht mehr als {size} Speicher zum Lesen: Lassen Sie sie weg, oder erhöhen Sie RAG_PARSE_MEMORY_MB",
    "cannot be read: the system ended the process that read it (is memory short?)": "lässt sich nicht lesen: Das System hat das Leseprogramm beendet (ist der Speicher knapp?)",
    "cannot be read: the process that reads documents did not start (is memory short?)": "lässt sich nicht lesen: Das Leseprogramm startet nicht (ist der Speicher knapp?)",
    "cannot be read: no process to read documents can be started ({error})": "lässt sich nicht lesen: Es lässt sich kein Leseprogramm starten ({error})",
    # an archive, a mailbox, a table
    "has a name that leads out of its archive: rename it": "hat einen Namen, der aus dem Archiv hinausführt: Benennen Sie sie um",
    "is an archive inside an archive: unpack it, and leave it beside the other": "ist ein Archiv in einem Archiv: Entpacken Sie es, und legen Sie es neben das andere",
    "is in its archive twice: the first was read": "steht zweimal im Archiv: Gelesen wurde die erste",
    "is packed in a way that is not read: pack it again as an ordinary zip": "ist auf eine Art gepackt, die nicht gelesen wird: Packen Sie sie neu als gewöhnliches ZIP",
    "is packed more than {times}-fold, as no text is: unpack it, if you trust it": "ist mehr als {times}-fach gepackt, wie es kein Text ist: Entpacken Sie sie, wenn Sie ihr trauen",
    "holds more than {count} files: split it": "enthält mehr als {count} Dateien: Teilen Sie es",
    "is past the first {size} MB of its archive: split that, or raise RAG_MAX_ARCHIVE_MB": "liegt hinter den ersten {size} MB des Archivs: Teilen Sie das, oder erhöhen Sie RAG_MAX_ARCHIVE_MB",
    "is no mail: it has no From, Subject or Date": "ist keine E-Mail: Absender, Betreff oder Datum fehlen",
    "is no mailbox: it does not begin with a line From ...": "ist kein Postfach: Es beginnt nicht mit einer Zeile From ...",
    "holds no text besides its attachments: save these as files of their own": "enthält außer den Anhängen keinen Text: Speichern Sie diese als eigene Dateien",
    "is no JSON: write one object a line": "ist kein JSON: Schreiben Sie ein Objekt je Zeile",
    "is no JSON object: write one object a line": "ist kein JSON-Objekt: Schreiben Sie ein Objekt je Zeile",
    "and all after it cannot be read: is a quote left open? ({error})": "und alles danach lässt sich nicht lesen: Blieb ein Anführungszeichen offen? ({error})",
    "has no text": "hat keinen Text",
    'has no column of text: call one "text" (found: {names})': "hat keine Spalte mit Text: Nennen Sie eine „text“ (gefunden: {names})",
    'has no field of text: call one "text" (found: {names})': "hat kein Feld mit Text: Nennen Sie eines „text“ (gefunden: {names})",
    # adding and removing
    "has the name of another file of this upload: rename one of them": "heißt wie eine andere der hochgeladenen Dateien: Benennen Sie eine um",
    "was not uploaded": "wurde nicht hochgeladen",
    "cannot be stored in {folder} ({error})": "lässt sich in {folder} nicht speichern ({error})",
}
"""What is said of a file, behind its name."""

OTHERS: Mapping[str, str] = {
    "{count} more files: {most} at a time are taken": "{count} weitere Dateien: {most} auf einmal werden angenommen",
    "{name} is no file in {folder}: build the index anew": "{name} ist keine Datei in {folder}: Bauen Sie den Index neu auf",
    "{name} cannot be removed from {folder} ({error})": "{name} lässt sich aus {folder} nicht entfernen ({error})",
    # building and going back
    "there is no folder {folder}: name the folder of your articles with --articles": "Den Ordner {folder} gibt es nicht: Nennen Sie den Ordner Ihrer Artikel mit --articles",
    "{folder} is where our own files are kept: name another with --articles, --index or RAG_DATA": "In {folder} liegen Belegts eigene Dateien: Nennen Sie einen anderen mit --articles, --index oder RAG_DATA",
    "there is no file of articles in {folder}: put your articles there ({kinds})": "In {folder} liegt keine Datei mit Artikeln: Legen Sie Ihre Artikel dorthin ({kinds})",
    "no article in {folder} can be read: {reason} (and {count} more)": "Kein Artikel in {folder} lässt sich lesen: {reason} (und {count} weitere)",
    "no article in {folder} can be read: {reason}": "Kein Artikel in {folder} lässt sich lesen: {reason}",
    "another process is building {folder}: wait until it has ended": "Ein anderer Prozess baut {folder} auf: Warten Sie, bis er fertig ist",
    "there is no earlier index in {folder} to go back to: only one has been built": "In {folder} gibt es keinen früheren Index: Aufgebaut wurde nur einer",
    "there is no index in {folder}: run `rag build`": "In {folder} gibt es keinen Index: Bauen Sie ihn auf",
    "{folder} cannot be written ({error}): name another folder with --index": "{folder} lässt sich nicht beschreiben ({error}): Nennen Sie einen anderen Ordner mit --index",
    "{folder} cannot be written ({error}): free some space, or name another folder with --index": "{folder} lässt sich nicht beschreiben ({error}): Schaffen Sie Platz, oder nennen Sie einen anderen Ordner mit --index",
    "{folder} cannot be written ({error}): change who may write there, or name another folder with --index": "{folder} lässt sich nicht beschreiben ({error}): Ändern Sie, wer dort schreiben darf, oder nennen Sie einen anderen Ordner mit --index",
    # a filter
    "no article has the publisher {name}; there are {names}": "Kein Artikel hat die Quelle {name}; es gibt {names}",
    "no article has the publisher {name}; none names one, leave it out": "Kein Artikel hat die Quelle {name}; keiner nennt eine, lassen Sie sie weg",
    "no article has the author {name}; there are {names}": "Kein Artikel hat den Autor {name}; es gibt {names}",
    "no article has the author {name}; none names one, leave it out": "Kein Artikel hat den Autor {name}; keiner nennt einen, lassen Sie ihn weg",
    "no article was published since {since} until {until}; {known}": "Kein Artikel ist von {since} bis {until} erschienen; {known}",
    "no article was published since {since}; {known}": "Kein Artikel ist seit {since} erschienen; {known}",
    "no article was published until {until}; {known}": "Kein Artikel ist bis {until} erschienen; {known}",
    "the dated ones are of {first} to {last}": "die mit Datum sind von {first} bis {last}",
    "none is dated, leave the days out": "keiner hat ein Datum, lassen Sie die Tage weg",
    "no article meets publisher, author and days of the filter at once; leave one of them out": "Kein Artikel hat zugleich die Quelle, den Autor und die Tage des Filters; lassen Sie etwas davon weg",
    '"{field}" of the filter must be a day such as 2025-09-04, not {value}': "Der Filter braucht einen Tag wie 2025-09-04, nicht {value}",
    '"since" of the filter ({since}) is later than its "until" ({until})': "Der Filter beginnt später ({since}), als er endet ({until})",
    # what is kept
    "this conversation has been deleted; begin a new one to have it kept": "Diese Unterhaltung wurde gelöscht; beginnen Sie eine neue, damit sie bleibt",
    "conversation {id} in {file} is damaged ({error}); delete it": "Die Unterhaltung {id} in {file} ist beschädigt ({error}); löschen Sie sie",
    "the articles of conversation {id} cannot be read: {error}": "Die Artikel der Unterhaltung {id} lassen sich nicht lesen: {error}",
    "{file} cannot be used ({error}); move it away or name another folder in RAG_DATA": "{file} lässt sich nicht benutzen ({error}); verschieben Sie sie, oder nennen Sie einen anderen Ordner in RAG_DATA",
}
_FILE = "of_file"
_SAID = ("reason", "known")
"""What a message may have another one in."""

_LONGEST = 1_000
"""A longer one has a name in it that was made to be long, as archives may: it could take hours to tell what is said of it."""


def told(error: object, language: Language) -> str:
    """What an error, or the reason why a file was not read, says."""
    said = str(error)
    if language != "de" or len(said) > _LONGEST:
        return said
    for words, form, german in _forms():
        if words in said and (found := form.fullmatch(said)):
            parts = {name: told(part, language) if name in _SAID else part for name, part in found.groupdict().items()}
            return (parts.pop(_FILE, None) or "") + german.format_map(parts)
    return said


@cache
def _forms() -> list[tuple[str, re.Pattern[str], str]]:
    """Of each message its longest words in a row, itself as a pattern, and the German; the longest words first, or in their order."""
    found = []
    for english, german in (*OF_FILES.items(), *OTHERS.items()):
        parts = re.split(r"\{(\w+)\}", english)
        form = "".join(f"(?P<{part}>.*?)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
        name = f"(?P<{_FILE}>.*? )??" if english in OF_FILES else ""
        found.append((max(parts[::2], key=len), re.compile(name + form, re.DOTALL), german))
    return sorted(found, key=lambda one: -len(one[0]))
