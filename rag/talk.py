"""What is said to the chat and asks nothing of the articles: a greeting, of Belegt itself, to be shown more.

It is told by its form alone: it says one of a few things, and besides only words that name no subject. The phrases,
parted by lines and bars, are in lower case and without signs.
"""

import re
from collections.abc import Mapping
from typing import TypeAlias

from rag.language import LANGUAGES, SPELLED_OUT
from rag.records import Language, Listed, Talk

LONGEST = 200
"""Letters beyond which a text is told only by how it begins."""

_POLITE_YOU = frozenset("Sie Ihnen Ihr Ihre Ihrem Ihren Ihrer".split())
"""In lower case others are meant: "Wer sind Sie?" asks of Belegt, "Wer sind sie?" of whom the articles tell."""

_WORD = re.compile(r"\w+(?:-\w+)*")
_ELIDED = re.compile(r"(?<=\w)['’`´](?=\w)")

_IDLE: Mapping[Language, str] = {
    "de": "bitte mal doch denn eigentlich jetzt nun überhaupt also halt eben gern gerne aber und so wirklich echt",
    "en": "please pls just really actually and but then kindly maybe",
}
"""Change nothing wherever they stand."""

_SMALL: Mapping[Language, str] = {
    "de": """
        hier erklär erkläre erklären fassen informationen infos das es dies dieses die der den dem diese diesen dein
        deine deinem ein eine einen mir uns dir mich dich du Sie Ihnen ich auch noch nochmal sehr ganz genau alles
        kann kannst könntest würdest können könnten würden darf geht ginge will möchte brauche hätte hast haben hab
        für von auf in im zu mit dazu dafür davon darüber damit nur etwas bisschen viel sag sage sagen zeig zeige
        zeigen gib geben nenn nenne nennen mach mache machen tun antwort antworte antworten satz sätze text
    """,
    "en": """
        here information it this that these those a an the your my me you i to of on about for in with by too also
        again all very can could would do want need like have some any bit little say tell show give make put so
        answer answers sentence text
    """,
}
"""Name no subject; they may stand around what is said."""

_GREETED: Mapping[Language, str] = {
    "de": """
        hallo|hi|hey|moin|servus|grüß (gott|dich)|guten (tag|morgen|abend)|gute nacht|tschüss|auf wiedersehen|zusammen
        belegt|(danke(schön)?( schön| sehr| dir| Ihnen)?|(vielen|besten) dank)( für die (antwort|hilfe|auskunft))?
        danke trotzdem|puh|geht doch|stop+
        super|prima|toll|klasse|perfekt|cool|interessant|wow|haha|aha|ach|(sehr )?gut|gut gemacht|alles klar
        verstanden|das (hilft|reicht|war alles|ist (sehr )?(gut|super|toll|interessant|hilfreich))
        du bist (sehr )?(gut|super|toll|nett)|ja|nein|ok(ay)?|bitte|test|wie (gehts|geht es)( dir| Ihnen)?(?! weiter)
        (ich habe )?(eine )?(neue |andere )?frage
    """,
    "en": """
        hello|hi|hey|good (morning|evening|afternoon|night)|(good)?bye|there|everyone|belegt|yes|no(?! more)|ok(ay)?
        stop( it)?
        thx|thanks?( you)?( (so|very) much| a lot)?|great|perfect|super|cool|nice|interesting|wow|haha|lol|well done
        good|(that|this) (helps|helped)|thats?( i?s)? (great|good|helpful|all|nice|cool|interesting|perfect)
        understood|how are you|you are (great|good|nice)|(i have )?a (new )?question|new question|please
    """,
}
"""May stand alone, and before anything else."""

_Said: TypeAlias = Mapping[Talk, str]
_TALKED: Mapping[Language, _Said] = {
    "de": {
        Talk.SELF: """
            (wer|was) (bist du|sind Sie|ist belegt)|wie heißt du|wie heißen Sie|wie ist (dein|Ihr) name
            was ist diese seite|was (kannst|machst|tust) du|was (können|machen) Sie
            was (kann|macht) (belegt|diese seite)|hilfe|hilf mir|^(kannst du|könntest du|können Sie) mir helfen
            wer hat (dich|belegt) (gemacht|programmiert|entwickelt|gebaut|trainiert)
            wie (benutze|nutze|bediene) ich (dich|belegt|diese seite)|was kann ich( hier)? (tun|machen)
            (wie (geht|funktioniert)|was ist) das hier|erzähle? mir (was|etwas)|überrasche? mich
            hast du (gefühle|ein bewusstsein)|wer (ist|sind) deine? (chef|entwickler|hersteller|programmierer)
            wer steckt hinter (dir|belegt)
        """,
        Talk.WORKINGS: """
            wie (funktionierst|arbeitest|antwortest|suchst) du|wie (arbeiten|antworten|suchen) Sie
            wie (funktioniert|arbeitet) (belegt|diese seite|diese ki|dieser (chat)?bot)
            wie findest du (die|deine) (antworten|sätze|stellen)
            ((bist|nutzt|benutzt|verwendest) du|sind Sie|ist belegt)( auch| nur)? {bot}( oder {bot})?
            welche[sr]? {bot} (bist|nutzt|benutzt|verwendest) du|wie du (funktionierst|arbeitest)
            wie funktioniert diese suche
        """,
        Talk.LANGUAGES: """
            (kannst|sprichst|verstehst) du (auch )?{tongue}|(können|sprechen|verstehen) Sie (auch )?{tongue}
            (auf|in) {tongue}( fragen| schreiben)?|(sprich|nur) {tongue}
            welche sprachen (kannst|sprichst|verstehst) du|welche sprachen (können|sprechen|verstehen) Sie
            (warum|wieso) antwortest du (auf|in) {tongue}
        """,
        Talk.PRIVACY: """
            (bist|arbeitest|läufst) du (offline|online|lokal|anonym)|(läuft|ist) belegt (offline|online|lokal|sicher)
            (speicherst|sammelst|verkaufst) du( meine (daten|fragen))?|(suchst|googelst) du( im internet)?
            was passiert mit meinen (daten|fragen)|wer (sieht|liest|bekommt) meine (daten|fragen)
            (werden|sind) meine (daten|fragen) (gespeichert|weitergegeben|verkauft|geteilt|sicher)
            (brauchst|hast) du (internet|zugriff auf das internet)|wird das gespeichert|liest jemand mit
        """,
        Talk.OPINION: """
            was (denkst|meinst|hältst|glaubst|sagst) du (selbst|dazu|davon|darüber)|was (denkst|hältst|glaubst) du
            was (denken|meinen|halten|glauben) Sie (selbst|dazu|davon|darüber)|was (denken|halten|glauben) Sie
            (was|wie) (ist|wäre|lautet) (deine|Ihre) (eigene )?(meinung|ansicht|haltung)
            (deine|Ihre|ihre|eigene) meinung|wie (findest|siehst) du|wen (würdest du wählen|wählst du)
            bist du (politisch|neutral|objektiv|links|rechts)|bist du (links|rechts) oder (links|rechts)
        """,
        Talk.CANNOT: """
            fass dich kürzer|fass dich kurz
            (etwas |viel )?(kürzer|kurz und knapp|einfacher|verständlicher)|kürze|vereinfachen?|vorlesen
            (in|mit) (eigenen|deinen|deinen eigenen|anderen|einfachen|einfacheren) worten
            in (einfacher|leichter) sprache|in einem satz|(in|als) (stichpunkten|stichpunkte|tabelle)|umformulieren
            formuliere?( das| es)?( um)?|umschreiben|erklären?|erklär|übersetzen?|übersetzung|ins {tongue}e
            (auf|in|aus dem) {tongue}|was (meinst du|meinen Sie)( damit)?|verstehe? ich nicht|ich verstehe? nicht
            erzähle? (mir )?(einen witz|eine geschichte)|^sing( ein lied)?$|übersetzt?|kurze antwort|wie einem kind
            für kinder
        """,
        Talk.COMPLAINT: """
            {it} (ist|war) (total |völlig |leider )?(falsch|quatsch|blödsinn|unsinn|schlecht|mist|nutzlos)|falsch
            quatsch|blödsinn|unsinn|(falsche|schlechte) antwort|thema verfehlt|danke für nichts
            (stimmt|passt|hilft) (mir )?(gar )?nicht
            {it} (ist|war) (nicht|keine) (richtig|korrekt|wahr|gut|hilfreich|gute|meine frage)
            {it} (ist|war) (nicht|keine) (die )?antwort( auf meine frage)?
            {it} (ist|war) nicht (das )?(was|wonach) ich (gefragt|gesucht|gemeint|wissen) (habe|hatte|wollte)
            (das|danach) (habe?|wollte|hatte) ich nicht (gefragt|gemeint|wissen)|ich habe? (etwas|was) anderes gefragt
            beantwortet (meine|die) frage nicht
            du (hast|verstehst) (meine frage|mich) nicht( verstanden| beantwortet)?
            du (irrst dich|liegst falsch|lügst)|du bist (dumm|blöd|doof|schlecht|nutzlos)
            versuchs? (es )?(noch ?mal|noch einmal)|(das )?glaube? ich (dir )?nicht|ich glaube? (dir|das) nicht
            kann nicht (sein|stimmen|wahr sein)
        """,
        Talk.SOURCE: """
            woher (weißt|hast|kennst|nimmst) du|woher (wissen|haben|nehmen) Sie|wo (hast du|haben Sie) das her
            wo (genau )?(steht|stand) (das|es)( geschrieben| drin)?|quellen?|quellenangaben?|belege?|fundstellen?
            textstelle|originaltext|beweise? (das|es|mir das)|das (belegen|beweisen)|stimmt das|ist das wahr
            (bist du|sind Sie) (dir |sich )?(da )?(ganz )?sicher
            woher (kommen|stammen) deine (antworten|informationen|infos|daten)|was (ist|sind) (die|deine) quellen?
            ^(hast du einen )?link$|(in|aus) welchem artikel (steht|ist|stammt|kommt) das
            ^(kann (ich|man) dir (vertrauen|trauen|glauben)|wie (zuverlässig|verlässlich|genau) bist du|lügst du)$
        """,
    },
    "en": {
        Talk.SELF: """
            (who|what) are you|(what is|whats) (your name|belegt|this (page|site|app|bot|chatbot))
            what (can|do|could) you do|who (made|built|created|programmed|developed|trained) (you|belegt)
            ^((i )?need |(can|could) you )?help( me)?$|how (do|can) i use (you|this|belegt|this page)
            what can i do( here)?|how does this work here|tell me something|surprise me|do you have (feelings|a name)
        """,
        Talk.WORKINGS: """
            how do you (work|function|answer|search|find)|how does (belegt|this (page|site|app|bot|chatbot)) work
            (are you|is belegt|do you use|are you (using|based on)) {bot}( or {bot})?
            (what|which) {bot} (are you|do you use)|how you work
        """,
        Talk.LANGUAGES: """
            (can|do|could) you (also )?(speak|understand|know) {tongue}
            (((may i )?ask|answer|reply|speak|write)( you| me)? )?in {tongue}|speak {tongue}
            (what|which) languages (do|can) you (speak|understand|know)|why do you (answer|reply|speak) in {tongue}
        """,
        Talk.PRIVACY: """
            (are you|is belegt|do you (run|work)) (offline|online|local|locally|private|secure|safe|anonymous)
            do you (store|save|collect|sell|share|keep|log)( my (data|questions))?
            do you (have|need|use) (the )?internet( access)?|what happens (to|with) my (data|questions)
            (search|browse) (the )?(web|internet)|who (sees|reads|gets|can (see|read)) my (data|questions)
            are my (data|questions) (stored|saved|private|safe|shared|sold)
        """,
        Talk.OPINION: """
            what do you (think|believe)( yourself)?|your (own |personal )?(opinion|view|take|stance)
            (have|got) an opinion|do you agree|how do you feel|who would you vote for
            are you (political|neutral|objective|biased|left|right|left-wing|right-wing)|whose side are you on
        """,
        Talk.CANNOT: """
            shorter|simpler|simply|shorten|simplify|rephrase|paraphrase|reword|rewrite|translate|translation|explain
            differently|like (i am|im) (five|5)|eli5
            in (your own|other|simple|simpler|plain|easy) (words|terms|language|english)|in (one|a) sentence
            (in|as) (bullet points|a table)|(in|to|into|from) {tongue}|what do you mean( by that)?
            i (dont|do not) (understand|get it)|a joke|a story|^sing( a song)?$|short answer|keep (it|this) short
        """,
        Talk.COMPLAINT: """
            {it_is} (completely |totally |all )?(wrong|incorrect|false|nonsense|rubbish|useless|bad|stupid|untrue)
            wrong|incorrect|nonsense|rubbish|bullshit|wrong answer
            ({it_is} )?not (true|right|correct|helpful|an answer|the answer|my question)|i asked something else
            ({it_is} )?not what i (asked|meant|wanted|was looking)( for)?|i (didnt|did not) ask|try again
            (doesnt|does not|didnt|did not) (help|answer my question|make sense)
            you (didnt|did not|dont) (answer|understand)( my question| me)?|i (dont|do not) believe
            (that|this|it) (cant|cannot) be (right|true)|(youre|you are|are you) (lying|kidding)
        """,
        Talk.SOURCE: """
            how do you know|where (did|do) you (get|have|find|read)|where (is|was) (that|this|it) (written|stated)
            where does (it|this) say|(sources?|citations?|references?)|(whats|what is|what are) (the|your) sources?
            proof|prove|are you (very |quite |absolutely )?(sure|certain)|is (that|this) true
            (show|give) (me )?(some |the |any )?evidence|which article is (that|this|it) from
            in which article is (that|this|it)|^link$|can i trust you|how (reliable|accurate) are you
        """,
    },
}
"""What is said. The kinds are tried in this order, and a text is of the first that is all it says."""

_BEGUN: Mapping[Language, _Said] = {
    "de": {
        Talk.CANNOT: """
            übersetzen?( Sie)?( mir| uns)? (das|dies|es|den|die|diesen|diese|dieses|folgende[ns]?|ins|auf)\\b
            {write} eine?n?( \\w+)? {work}\\b
            {can} eine?n?( \\w+)? {work}( \\S+){0,12} (schreiben|verfassen|erstellen|zeichnen|malen)$
            {can}( \\S+){1,12} (übersetzen|umformulieren|vorlesen|zeichnen|malen)$|(be)?rechne( mir)?( \\w+)? \\d
        """,
        Talk.OPINION: """
            was (denkst|meinst|hältst) du (selbst )?(über|von|zu|zum|zur|vom) {few}
            was (denken|meinen|halten) Sie (selbst )?(über|von|zu|zum|zur|vom) {few}
            (was|wie) (ist|lautet) (deine|Ihre) (eigene )?(meinung|ansicht|haltung) (über|von|zu|zum|zur) {few}
            (magst|liebst|hasst) du {few}|bist du (für|gegen) {few}|wie (findest|siehst) du {few}
            (sage?|gib|was ist|wie ist)?( mir)? ?(deine|Ihre)( \\w+)? meinung (zu|zum|zur|über|von) {few}
        """,
        Talk.SELF: """
            (wie \\S+ |wo |woher |warum |seit wann )?bist du( \\S+){0,4}$
            (wo|wie|warum) (wohnst|lebst|schläfst|fühlst) du( \\S+){0,3}$
        """,
    },
    "en": {
        Talk.CANNOT: """
            {can}?(translate|rephrase|paraphrase|reword|rewrite|shorten|simplify) (it|this|that|these|the|your|to)\\b
            {can}?(write|compose|draft|generate|create|make|draw|invent)( me| us)? an?( \\w+)? {work}\\b
            {can}?(calculate|compute) \\d
        """,
        Talk.OPINION: """
            what do you (yourself )?think (about|of) {few}|how do you feel about {few}
            (whats|what is|what are) your (own |personal )?(opinion|views?|take|stance|thoughts) (on|about|of) {few}
            do you (like|love|hate|support|agree with) {few}|are you (for|against) {few}
        """,
        Talk.SELF: """
            (how \\S+ |where |why )?are you( \\S+){0,4}$|where do you live$
        """,
    },
}
"""How a text begins that is talk whatever it goes on to say."""

_MORE: Mapping[Language, str] = {
    "de": """
        mehr|weiter|weitere[srn]?|weiter(machen|lesen)|(mach|erzähle?|lies) weiter|fortfahren|die nächsten
        nächste seite|(das )?(ausführlicher|genauer)|im detail|details|einzelheiten|(ist|war) das (schon )?alles
        was sonst|(was )?(sonst )?noch (was|etwas)|was (gibt es )?(sonst )?noch|sonst noch
        was (weißt|hast|kannst) du (mir )?noch|^und$|^sonst$|^nächste$
        (noch )?andere (stellen|zitate|belege|sätze|quellen)
    """,
    "en": """
        (more|further)( details?| information| quotes?| examples?)?( {on_it})?|go on|continue|keep going|carry on
        next( page)?|(is there )?(anything|something) (else|more)( {on_it})?|what else( is there)?( {on_it})?
        (is|are) there more( {on_it})?|is (that|this) (all|it|everything)|elaborate( on (it|this|that))?
        in (more )?detail|details|^and$|other (passages|quotes|sentences|sources)
    """,
}
_SMALL_OF_MORE: Mapping[Language, str] = {
    "de": """
        noch viel etwas bisschen paar ein die der den dazu davon darüber hierzu hiervon zum zu diesem thema mir uns
        ich du Sie es erzähl erzähle erzählen sag sage sagen zeig zeige zeigen gib geben nenn nenne nennen erklär
        erkläre erklären gibt gibts hast weißt findest kannst könntest haben wissen können könnten will möchte würde
        kann darf erfahren lesen hören sehen finden was da auch von infos informationen belege zitate stellen
        textstellen fundstellen sätze beispiele quellen antworten treffer ergebnisse zehn 10 muss
    """,
    "en": """
        any some even much a few bit little the me us i you id tell show give say read quote find explain are there
        do can could want need would like to know see hear have get info infos passages sentences sources answers
        results ones ten 10
    """,
}
LISTED: Mapping[Listed, Mapping[Language, str]] = {
    "articles": {"de": "artikel beiträge texte berichte", "en": "articles pieces reports stories"},
    "publishers": {"de": "zeitungen medien agenturen verlage", "en": "newspapers papers publishers agencies outlets"},
    "authors": {"de": "autoren autorinnen journalisten", "en": "authors writers journalists"},
}
"""More of these is more of the same only behind a list of them."""

_SLOTS: Mapping[Language, Mapping[str, str]] = {
    "de": {
        "{it}": "(das|es|(die|deine|Ihre) antwort)",
        "{write}": "(schreibe?|verfasse?|dichte|erstelle?|zeichne|male?|mache?|schreiben Sie)( mir| uns)?",
        "{can}": "((kannst|könntest|würdest) du|(können|könnten|würden) Sie)( (mir|uns))?",
        "{bot}": r"(eine? )?((künstliche )?intelligenz|ki|(chat)?bot|roboter|maschine|mensch|programm|computer"
        r"|chat ?gpt|gpt-?\d?|llm|(sprach|ki-)?modell|claude|gemini|copilot|llama)",
        "{tongue}": "(deutsch|englisch|französisch|spanisch|italienisch|russisch|ukrainisch|türkisch|polnisch)",
        "{work}": "((zeitungs|blog)?artikel|aufsatz|gedicht|brief|e-?mail|text|tweet|post|(blog)?beitrag|kommentar|rede"
        "|essay|pressemitteilung|geschichte|witz|song|lied|hausarbeit|referat|präsentation|bild|grafik|foto|comic|code|programm|tabelle|diagramm)",
        "{few}": r"(?!.*\b(wer|wen|wem|was|wann|wo|warum|wieso|wie|welche[rn]?|dass|ob)\b)\S+( \S+){0,7}$",
    },
    "en": {
        "{it_is}": "(thats|that is|that was|this is|its|it is|youre|you are|answer (is|was))",
        "{on_it}": "(about|on|of|to|from) (it|this|that|them|these|those|(the|this) (subject|topic|matter))",
        "{can}": "((can|could|would|will) you )",
        "{bot}": r"(an? )?(artificial intelligence|ai|(chat ?)?bot|robot|machine|human|person|program|computer"
        r"|chat ?gpt|gpt-?\d?|llm|((large )?language |ai )?model|claude|gemini|copilot|llama)",
        "{tongue}": "(german|english|french|spanish|italian|russian|ukrainian|turkish|polish)",
        "{work}": "(article|essay|poem|letter|e-?mail|text|tweet|post|speech|story|press release|joke|song|homework"
        "|presentation|picture|image|drawing|cartoon|code|program|table|chart|script|comment|paragraph)",
        "{few}": r"(?!.*\b(who|whom|what|when|where|why|how|which|that|will|whether|if)\b)\S+( \S+){0,7}$",
    },
}
"""What stands for them in the phrases. ``{few}`` is a name or two, and no clause."""


def _phrases(lines: str, language: Language) -> str:
    """A pattern for any of the phrases, spelled as ``_plain`` spells a text."""
    pattern = "|".join(filter(None, map(str.strip, lines.splitlines())))
    for slot, meaning in _SLOTS[language].items():
        pattern = pattern.replace(slot, meaning)
    return f"(?:{pattern.translate(SPELLED_OUT)})"


def _within(lines: str, language: Language) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S){_phrases(lines, language)}(?!\S)")


def _words(words: str) -> frozenset[str]:
    return frozenset(words.translate(SPELLED_OUT).split())


_IDLES = {language: _words(words) for language, words in _IDLE.items()}
_SMALLS = {language: _words(words) for language, words in _SMALL.items()}
_SMALLS_OF_MORE = {language: _words(words) for language, words in _SMALL_OF_MORE.items()}
_LISTS = {listed: {language: _words(words) for language, words in said.items()} for listed, said in LISTED.items()}
_GREETINGS = {
    language: re.compile(rf"(?:{_phrases(lines, language)}(?:\s|$))+") for language, lines in _GREETED.items()
}
_TALKS = {
    language: {talk: _within(lines, language) for talk, lines in said.items()} for language, said in _TALKED.items()
}
_BEGINNINGS = {
    language: {talk: re.compile(_phrases(lines, language)) for talk, lines in said.items()}
    for language, said in _BEGUN.items()
}
_MORES = {language: _within(lines, language) for language, lines in _MORE.items()}


def small_talk(text: str) -> tuple[Talk, Language] | None:
    """What is talked of where nothing is asked of the articles, and in which language; German for no word at all."""
    if not _WORD.search(text):
        return Talk.GREETING, "de"
    for language in reversed(LANGUAGES):
        said = _without_greeting(_plain(text, language), language)
        if not said:
            return Talk.GREETING, language
        for talk, phrases in _TALKS[language].items():
            if _says_only(said, phrases, _SMALLS[language]):
                return talk, language
        for talk, beginnings in _BEGINNINGS[language].items():
            if beginnings.match(said):
                return talk, language
    return None


def more_asked(text: str, listed: Listed | None = None) -> Language | None:
    """In which language it asks to be shown more, whatever was shown before; None where it does not.

    ``listed`` is what was: only then more of these is more of the same.
    """
    for language in LANGUAGES:
        small = _SMALLS_OF_MORE[language] | (_LISTS[listed][language] if listed else frozenset())
        if _says_only(_without_greeting(_plain(text, language), language), _MORES[language], small):
            return language
    return None


def _says_only(said: str, phrases: re.Pattern[str], small: frozenset[str]) -> bool:
    """Whether it says one of the phrases, and else only small words."""
    rest = phrases.sub(" ", said) if len(said) <= LONGEST else said
    return rest != said and small.issuperset(rest.split())


def _without_greeting(said: str, language: Language) -> str:
    greeting = _GREETINGS[language].match(said)
    return said[greeting.end() :] if greeting else said


def _plain(text: str, language: Language) -> str:
    """Its words in lower case but for the polite "Sie", umlauts spelt out, without signs and idle words."""
    words = _WORD.findall(_ELIDED.sub("", text))
    spelled = [
        word if at and word in _POLITE_YOU else word.lower().translate(SPELLED_OUT) for at, word in enumerate(words)
    ]
    return " ".join([word for word in spelled if word not in _IDLES[language]] or spelled)
