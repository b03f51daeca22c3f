"""The index in Milvus: for more articles than one machine holds, and for many that ask at once.

A generation is five collections, ``belegt_NAME_GENERATION_...``; ``layout`` says what is in them. The alias
``belegt_NAME`` stands for the generation in use, ``before_belegt_NAME`` for the one before it. An alias moves in one
step, and only when the new generation is loaded and has been searched, so a build that is interrupted changes nothing.
"""
