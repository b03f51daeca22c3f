"""How articles are asked for as one who browses them does: to list them, to say what they are about, to sum up or open one.

Each form, in the notation of ``asking``, stands beside an example of what it accepts.
"""

from rag.asking import pattern_of
from rag.language import LANGUAGES
from rag.records import Language

PARTS: dict[Language, dict[str, str]] = {
    "de": {
        "which": r"(?:in |aus |von )?(?:welche[nrm]?|was für|wie ?viele?n?)",
        "on_something": r"(?: {on}\b(?: [\w.,’'-]+){0,8})?",
        "some_one": r"(?:[\w.-]+ ){0,3}?{one}",
        "show": r"(?:zeige?|öffne|gib|lies|lese|(?:ich (?:will|möchte)|kann ich|darf ich))(?: (?:mir|uns|mal|bitte|doch|auch|jetzt|gern))*",
        "whole": r"(?:ganzen?|vollständigen?|kompletten?|gesamten?)",
        "end": r"(?: (?:bitte|vor|an|lesen|sehen|ansehen|anzeigen|öffnen))*$",
    },
    "en": {
        "which": r"(?:in )?(?:which|what|how many)(?: of (?:the|these|your|all))?",
        "on_something": r"(?: {on}\b(?: [\w.,’'-]+){0,8})?",
        "newest": r"(?:newest|latest|oldest|most recent|earliest)",
        "some_one": r"(?:[\w.’'-]+ ){0,3}?{one}",
        "show": r"(?:show|open|read|display|give|bring up|let me (?:see|read)"
        r"|i(?:['’]d like| want| would like) to (?:read|see)|(?:can|may) i (?:read|see))(?: (?:me|us|out|up|please))*",
        "whole": r"(?:whole|full|entire|complete)",
        "end": r"(?: (?:please|aloud|out|up))*$",
    },
}

LISTING: dict[Language, dict[str, str]] = {
    "de": {
        "Artikel über Drohnen": r"^{small}(?:[\w-]+ )?(?:{many}|{reports}){on_something}$",
        "In welchen Artikeln wird Kickl erwähnt?": (
            r"^{which} (?:[\w.’'-]+ ){0,3}?{many}(?:.*\b(?:{have}|{tell}|{here}|{source})\b|.*\bgibt$|$)"
        ),
        "Welcher Artikel ist der älteste?": r"^{which} (?:{many}|{one}) ist (?:der|die|das) (?:aller)?{ages}$",
        "Welche Berichte gibt es?": r"^{which} {reports} (?:\w+ )?(?:{have}|{tell}|{here})\b",
        "Welcher Artikel berichtet über Brücken?": (
            r"^welche[rns]? (?:[\w-]+ )?{one} (?:{tell}|berichtet|behandelt|erwähnt|handelt|schreibt|dreht|befasst|beschäftigt)\b"
        ),
        "Was ist der neueste Artikel über Brücken?": r"^(?:was ist )?(?:der|die|das) {ages} (?:{one}|{many}|{reports})",
        "Welcher davon ist der neueste?": (
            r"^welche[rs]? (?:davon|von (?:ihnen|denen|diesen)) ist (?:der|die|das) (?:aller)?{ages}$"
        ),
        "Der allerneueste davon": r"^(?:der|die|das) (?:aller)?{ages} davon$",
        "Die sechs neuesten Artikel": r"^(?:die )?(?:\w+ )?{ages} (?:{many}|{one}|{reports}){on_something}$",
        "Die drei neuesten": r"^(?:der|die|das) (?:\w+ )?{ages}$",
        "Was schreibt die SOURCENAME?": (
            r"^was (?:schreibt|schrieb|sagt|berichtet|meldet|bringt|gibt es (?:von|vom|in|aus)) (?:(?:die|der|das|den|dem) )?{source}$"
        ),
        "Gibt es Artikel über Brücken?": r"^{have} (?:[\w.-]+ ){0,3}?{many}(?:,? {on}\b|$| {here}\b)",
        "Hast du etwas zu Brücken?": (
            r"^(?:was (?:hast du|haben sie|habt ihr|haben wir)|{have} (?:(?:denn|so|noch|auch|schon) ){0,3}"
            r"(?:(?:irgend)?(?:et)?was|material|berichte|meldungen)) (?:(?:denn|so|alles) )*"
            r"(?:(?:über|zu[mr]|vo[nm]) |zu (?=(?-i:[A-ZÄÖÜ]|\W|de[mn]|eine)))(?!.*\b(?:dass|ob)\b)"
        ),
        "Was hat die SOURCENAME geschrieben?": (
            r"^was (?:hat|haben) (?:(?:die|der|das) )?{source}\b(?!.*\b(?:über|zu[mr]?|von)\b).*"
            r"\b(?:geschrieben|gebracht|berichtet|gedruckt|veröffentlicht)$"
        ),
        "Alles zur Brücke": r"^alles (?:über|zu[mr]?|von|vom)\b",
        "Zeig mir bitte alle Artikel": (
            r"^(?:zeige?n?(?: sie)?|liste?n?|gib|geben|such\w*|finde?n?|nenn\w*|ich (?:suche|brauche|möchte|will|hätte gerne?))"
            r" {small}(?:{many}|alles (?:über|zu[mr]?|von|vom))"
        ),
        "Könnten Sie mir die Artikel heraussuchen?": (
            r"^{small}(?:[\w-]+ )?(?:{many}|{reports})\b.*"
            r"\b(?:zeigen|anzeigen|(?:heraus|raus)?suchen|(?:auf)?listen|nennen|geben|finden)$"
        ),
        "Was gibt es hier alles?": (
            r"^was (?:weißt du|wissen sie|hast du|haben sie|gibt es|liegt|ist)(?: (?:alles|hier|denn|da|eigentlich|so|drin|vor|an))*$"
        ),
    },
    "en": {
        "Articles published in 2024": r"^{small}(?:[\w-]+ )?(?:{many}|{reports}){on_something}$",
        "How many articles mention the bridge?": (
            r"^{which} (?:[\w.’'-]+ ){0,3}?{many}(?:.*\b(?:{have}|{tell}|{here}|{source})\b|$)"
        ),
        "What is the newest article?": (
            r"^(?:which|what)(?: |['’]s )(?:(?:is|are|the) )*(?:{newest} (?:{many}|{one})|(?:{many}|{one}) is the {newest}$)"
        ),
        "Which reports are there?": r"^{which} {reports} (?:\w+ )?(?:{have}|{tell}|{here})\b",
        "Which of them is the newest?": r"^which(?: one)? of (?:them|these|those) is the {ages}(?: one)?$",
        "The newest of them": r"^(?:the )?{ages}(?: one)? of (?:them|these|those)$",
        "Which article mentions bridges?": r"^which (?:[\w-]+ )?{one} (?:{tell}|is (?:about|on|by|from))\b",
        "The six newest pieces on bridges": (
            r"^(?:the )?(?:\w+ )?{ages} (?:\w+ )?(?:{many}|{one}|{reports}|news|headlines){on_something}$"
        ),
        "List all headlines": r"^(?:list |all |the )+headlines$",
        "Any article on bridges?": r"^(?:any )?{one} {on}\b(?: [\w.,’'-]+){1,8}$",
        "Do you have any articles about bridges?": (
            r"^{have} (?:[\w.-]+ ){0,4}?(?:{many}|(?:an?|any) {one})(?:,? {on}\b|$| {here}\b)"
        ),
        "Is there anything on bridges?": (
            r"^(?:(?:what )?{have} )?(?:any|some|every)(?:thing| coverage| news| stuff| material) (?:about|on|by|from|regarding)\b"
        ),
        "What has SOURCENAME written?": (
            r"^what (?:has|have|did|does) (?:the )?{source} (?:written|published|printed|reported|write|publish|print|report|say)\b"
            r"(?!.*\b(?:about|on|of)\b)"
        ),
        "What do you have on bridges?": r"^what {have} (?:about|on|by|from|regarding)\b",
        "Show me all articles": (
            r"^(?:show|list|give|find|search|display|get|name|i(?:['’]d| would) like|i want|i need|i(?:['’]m| am) looking for)"
            r" {small}(?:[\w-]+ )?(?:{many}|{one} {on}\b|{reports}|everything (?:about|on|by|from))"
        ),
        "What is in here?": (
            r"^what (?:do you (?:have|know)|is (?:in )?(?:here|there)|have you got)(?: (?:here|about|in|there|on|file))*$"
        ),
    },
}
"""Which articles there are."""

DIGEST: dict[Language, dict[str, str]] = {
    "de": {
        "Worum geht es in den Artikeln?": r"\b(?:worum|um was) (?:geht|dreht)\w*\b.*\b(?:in|bei) {all_of}",
        "Wovon handeln die Artikel?": (
            r"\b(?:wovon (?:handeln|berichten|erzählen)|womit (?:befassen|beschäftigen) sich) {all_of}"
        ),
        "Worum geht's hier?": r"^worum geht(?: es|['’]?s)(?: (?:hier|denn|eigentlich|überhaupt))*$",
        "Gib mir einen Überblick": (
            r"^(?:(?:gib|gebe) )?(?:(?:mir|uns|bitte|mal|einen?|kurzen?) )*(?:überblick|übersicht)$"
        ),
        "Was steht in den Artikeln?": r"\bwas (?:steht|steckt) (?:\w+ )?in {all_of}$",
        "Welche Themen werden hier behandelt?": (
            r"\b(?:welche|was für) (?:\w+ )?{themes} (?:gibt(?: es|['’]?s)(?: (?:hier|denn|eigentlich|so|alles))*(?:$| in {all_of})"
            r"|(?:hast du|haben sie|habt ihr|behandel(?:st|n) (?:du|sie)|deckst du|kennst du)\b"
            r"|\w+\b(?=.*(?:{all_of}|\b(?:behandelt|abgedeckt|{here})$)))"
        ),
        "Themenliste": r"^themen(?:übersicht|liste)?$",
        "Die Themen der Artikel": r"\b{themes} (?:in )?{all_of}",
        "Gib mir einen Überblick über die Artikel": (
            r"\b(?:überblick|übersicht|zusammenfassung|inhaltsverzeichnis|inhalt) (?:\w+ )?(?:(?:über|von|zu) )?"
            r"(?:(?:vorliegenden|vorhandenen) )?{all_of}"
        ),
        "Fasse alle Artikel zusammen": (
            r"\bfass\w* (?:(?:mir|bitte|mal|doch|kurz) )*(?:alle|die|diese|deine|sämtliche) (?:\w+ )?{many}.*\bzusammen"
        ),
        "Kannst du alle Artikel zusammenfassen?": (
            r"^(?:(?:mir|uns|bitte|mal|kurz) )*(?:alle|die|diese|deine|sämtliche) (?:\w+ )?{many}.*\bzusammenfassen$"
        ),
        "Was kann ich dich hier fragen?": (
            r"\b(?:was|worüber|wonach) (?:kann|darf|könnte|soll) (?:ich|man) (?:\w+ ){0,3}?fragen"
        ),
    },
    "en": {
        "What are these articles about?": (
            r"\bwhat (?:are|do) {all_of} (?:all )?(?:about|cover|say|deal|discuss|contain|tell)"
        ),
        "Which topics are covered?": (
            r"\b(?:what|which) (?:\w+ )?{themes} (?:are there$|do you|can (?:you|i)|\w+\b(?=.*(?:{all_of}|\b(?:covered|{here})$)))"
        ),
        "A summary of the articles": (
            r"\b(?:overview|summar(?:y|ies)|contents|{themes}) (?:of|over|in) (?:\w+ )?{all_of}"
        ),
        "Give me an overview": r"^(?:(?:give|show) )?(?:(?:me|us|an?|the|short|brief|please) )*overview$",
        "An overview of what is in here": r"\boverview of (?:what|everything)\b.*\b(?:covered|{here})$",
        "Summarize all the articles": r"\b(?:summari[sz]e|sum up) {all_of}",
        "List of all topics": r"^(?:(?:list of|all|the|main) )*(?:topics|themes)$",
        "What can I ask you?": r"\bwhat (?:can|could|should|may) (?:i|we|one) ask\b",
        "What's in this collection?": r"\bwhat(?:['’]s| is) in (?:this|the|your) (?:collection|archive|folder|index)\b",
    },
}
"""What the articles are about."""

SHORTENED: dict[Language, dict[str, str]] = {
    "de": {
        "Fasse das zusammen": (
            r"\bfass\w*\b(?!.{0,40}\bzusammen\W+(?:was|wie|warum|wer|welche|wo|wann)\b).*\bzusammen\b"
        ),
        "Kannst du das zusammenfassen?": r"\bzusammen(?:zu)?fass\w+",
        "Kurzfassung": r"\bkurz(?:fassung|version)\b",
        "Inhaltsangabe": r"\binhaltsangabe\b",
        "tl;dr": r"\btl\W?dr\b",
        "Die Kernaussagen": r"\b(?:kern|haupt)(?:aussagen?|punkte?|inhalte?)\b",
        "Das Wichtigste": r"\bdas wichtigste\b",
        "Die Quintessenz": r"\bquintessenz\b",
        "In aller Kürze": r"\bin (?:aller )?kürze\b",
    },
    "en": {
        "Summarize it": r"\bsum+ari[sz]\w+(?!\W+(?:what|how|why|who|which|where|when)\b)",
        "A summary": r"\bsummary\b",
        "Sum up this text": r"\bsum up\b",
        "tl;dr": r"\btl\W?dr\b",
        "The gist": r"\bgist\b",
        "The key points": r"\b(?:key|main) (?:points?|messages?|takeaways?)\b",
        "The takeaways": r"\btakeaways?\b",
        "In a nutshell": r"\bin (?:short|brief|a nutshell)\b",
    },
}
"""Something in short; what, it says beside."""

OF_ONE: dict[Language, dict[str, str]] = {
    "de": {
        "Worum geht es im taz-Artikel?": (
            r"\b(?:worum|um was) (?:geht|ging|dreht)\w* (?:(?:es|sich|denn|eigentlich) )*(?:in|im|bei[m]?) {some_one}"
        ),
        "Wovon handelt der Kommentar?": r"\bwovon (?:handelt|berichtet|erzählt) {some_one}",
        "Was steht in dem Bericht?": (
            r"\bwas (?:steht|stand) (?:(?:denn|eigentlich|genau) )?(?:in|im) {some_one}(?!.*\b(?:über|zu[mr]?)\b)"
        ),
        "Was besagt der Artikel?": (
            r"\bwas (?:sagt|schreibt|besagt) (?:der|die|das|dieser?|dieses) (?:[\w.-]+ ){0,2}?{one}$"
        ),
        "Worum geht es im dritten?": (r"\b(?:worum geht es|was steht) (?:in|im|bei[m]?) (?:\w+ )?{placed}e[nmrs]?$"),
    },
    "en": {
        "What is the taz piece about?": r"\bwhat(?:['’]s| is| was) {some_one}\b.*\babout$",
        "What does the article say?": r"\bwhat does {some_one}\b(?!.*\babout\b).*\bsay$",
        "What's in the report?": r"\bwhat(?:['’]s| is) in {some_one}",
        "What is the second one about?": (r"\bwhat(?:['’]s| is) the {placed} (?:one )?about$"),
    },
}
"""What one article says."""

SHOWING: dict[Language, dict[str, str]] = {
    "de": {
        "Zeig mir den ganzen Artikel": (
            r"^{show} (?:den|das|diesen|dieses)(?: {whole})?(?= (?:{placed}en? )?{one}(?: {on}\b|{end})| {placed}en?{end})"
        ),
        "Öffne Artikel 3": r"^{show}(?= (?:artikel|nummer|nr\.?) \d{1,2}{end})",
        "Öffne mir den neuesten Artikel": (
            r"^(?:öffne|lies|zeige?)(?: mir| uns| mal| bitte)* (?:den|das)(?= {ages} {one})"
        ),
        "Den ganzen Artikel bitte": r"^(?:de[nr] |the )?{whole}(?= {one}(?: bitte| please)?$)",
    },
    "en": {
        "Show me the whole article": (
            r"^{show} (?:the|that|this)(?: {whole})?(?= (?:{placed} )?{one}(?: {on}\b|{end})| {placed}(?: one)?{end})"
        ),
        "Open article 3": r"^{show}(?= (?:article|number|no\.?) \d{1,2}{end})",
        "Open the newest article": r"^(?:open|read|show|give)(?: me| us)* the(?= {ages} {one})",
        "The whole article please": r"^(?:de[nr] |the )?{whole}(?= {one}(?: bitte| please)?$)",
    },
}
"""That one article be opened, up to what says which."""


LISTINGS, DIGESTS, SHORT, ABOUT_ONE, SHOWS_ONE = (
    {language: pattern_of(forms[language].values(), language, PARTS[language]) for language in LANGUAGES}
    for forms in (LISTING, DIGEST, SHORTENED, OF_ONE, SHOWING)
)
