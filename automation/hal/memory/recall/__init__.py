"""Finding the turns of long conversations that hold an answer: one index a scope, evidence of many kinds, a learned
ranker over it.
"""
