"""Belegt: answers about a folder of news articles, made of verbatim quotes with their proof.

Data flows one way: file -> article -> passages -> index -> hits -> answer -> page. A module imports only
from its own floor's left or from below; ``tests/test_architecture.py`` holds the map.

    edges       cli   page/   rendering
    composers   index   store   building   retrieval   conversation   chatbot   evaluation
    stages      reading/   splitting   filing   language   focus   embedding   vectors   lexical   answering
    nouns       records   errors   settings
"""
