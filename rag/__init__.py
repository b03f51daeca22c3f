"""Belegt: answers about a folder of news articles, made of verbatim quotes with their proof.

Data flows one way: file -> article -> passages -> index -> hits -> answer -> page. ``ARCHITECTURE.md`` is the map
of the rooms, ``tests/test_architecture.py`` keeps it true; begin with ``records`` and ``chatbot``.
"""
