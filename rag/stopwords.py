"""Words that say nothing of what a text is about: Snowball's German list and NLTK's English one (both free to use).

Kept here because the libraries that carry them take longer to load than to search with.
"""

from rag.records import Language

STOP_WORDS: dict[Language, frozenset[str]] = {
    "de": frozenset(
        (
            "aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes anderm "
            "andern anderr anders auch auf aus bei bin bis bist da damit dann das dass dasselbe dazu daß dein deine "
            "deinem deinen deiner deines dem demselben den denn denselben der derer derselbe derselben des "
            "desselben dessen dich die dies diese dieselbe dieselben diesem diesen dieser dieses dir doch dort du "
            "durch ein eine einem einen einer eines einig einige einigem einigen einiger einiges einmal er es etwas "
            "euch euer eure eurem euren eurer eures für gegen gewesen hab habe haben hat hatte hatten hier hin "
            "hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins ist jede jedem jeden jeder "
            "jedes jene jenem jenen jener jenes jetzt kann kein keine keinem keinen keiner keines können könnte "
            "machen man manche manchem manchen mancher manches mein meine meinem meinen meiner meines mich mir mit "
            "muss musste nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner seines "
            "selbst sich sie sind so solche solchem solchen solcher solches soll sollte sondern sonst um und uns "
            "unser unsere unserem unseren unseres unter viel vom von vor war waren warst was weg weil weiter welche "
            "welchem welchen welcher welches wenn werde werden wie wieder will wir wird wirst wo wollen wollte "
            "während würde würden zu zum zur zwar zwischen über "
        ).split()
    ),
    "en": frozenset(
        (
            "a about above after again against ain all am an and any are aren aren't as at be because been before "
            "being below between both but by can couldn couldn't d did didn didn't do does doesn doesn't doing don "
            "don't down during each few for from further had hadn hadn't has hasn hasn't have haven haven't having "
            "he her here hers herself him himself his how i if in into is isn isn't it it's its itself just ll m ma "
            "me mightn mightn't more most mustn mustn't my myself needn needn't no nor not now o of off on once "
            "only or other our ours ourselves out over own re s same shan shan't she she's should should've shouldn "
            "shouldn't so some such t than that that'll the their theirs them themselves then there these they this "
            "those through to too under until up ve very was wasn wasn't we were weren weren't what when where "
            "which while who whom why will with won won't wouldn wouldn't y you you'd you'll you're you've your "
            "yours yourself yourselves "
        ).split()
    ),
}
"""Lower case, umlauts as they are written."""
