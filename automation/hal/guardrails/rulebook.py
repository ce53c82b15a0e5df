"""The rule book: every rule as one line of meanings. The words behind the meanings are in the lexicon."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """`steps` follow one another, each within `near` words; `also` is somewhere in the text, `never` nowhere."""

    name: str
    category: str
    steps: tuple[frozenset[str], ...]
    near: int
    also: tuple[frozenset[str], ...]
    never: frozenset[str]


def _rule(name: str, category: str, steps: str, *, near: int = 6, also: str = "", never: str = "") -> Rule:
    """A rule from text: blanks separate steps, ``|`` alternatives."""
    return Rule(name, category, _steps(steps), near, _steps(also), frozenset(never.split()))


def _steps(text: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(step.split("|")) for step in text.split())


_INJECTION = (
    _rule(
        "override-instruction",
        "prompt-injection",
        "override instruction|limit",
        also="you|ai|prior|maker|told",
        never="correspondence",
    ),
    _rule("override-addressed", "prompt-injection", "override you instruction|limit"),
    _rule("override-told", "prompt-injection", "override|neg you told", near=5),
    _rule("override-prior", "prompt-injection", "override prior instruction|text", near=4, never="correspondence"),
    _rule("unheeded", "prompt-injection", "neg attention maker|instruction|prior|told", near=4, never="correspondence"),
    _rule(
        "instruction-void",
        "prompt-injection",
        "instruction|told override|neg|free",
        near=5,
        also="you|ai",
        never="correspondence",
    ),
    _rule("told-void", "prompt-injection", "you told|prior override|neg", near=6),
    _rule("ai-must", "prompt-injection", "ai must|override|comply", near=4, never="discuss"),
    _rule("ai-rigged", "prompt-injection", "ai promote", near=10, also="must|override|address|you", never="asker_why"),
    _rule(
        "ai-called",
        "prompt-injection",
        "address ai override|promote|disclose|send|absolute|comply",
        near=7,
        never="asker_why",
    ),
    _rule("ai-acts", "prompt-injection", "ai must|urgent act|send|intrude", near=4, never="asker_why"),
    _rule("ai-addressed-acts", "prompt-injection", "address ai act|send", near=4, never="asker_why"),
    _rule(
        "data-acts",
        "prompt-injection",
        "ai|role_marker|instruction act|override|promote|comply",
        near=2,
        also="@code|@tag",
    ),
    _rule("not-applying", "prompt-injection", "instruction|limit|told neg attention", near=4, never="correspondence"),
    _rule(
        "override-self", "prompt-injection", "override you", near=2, also="instruction|limit|told|serve|persona|free"
    ),
    _rule(
        "need-not-follow",
        "prompt-injection",
        "you|neg neg|must|attention instruction|limit",
        near=5,
        also="neg",
        never="correspondence",
    ),
    _rule(
        "text-overridden", "prompt-injection", "text|told|instruction must|neg override", near=6, never="correspondence"
    ),
    _rule(
        "new-orders", "prompt-injection", "novel_order instruction", near=3, also="you|ai|serve", never="correspondence"
    ),
    _rule(
        "from-now",
        "prompt-injection",
        "novel_order you must|serve|comply|override|told",
        near=5,
        never="correspondence",
    ),
    _rule("serve-me", "prompt-injection", "you serve ask_me", near=4),
    _rule("false-system", "prompt-injection", "@tag role_marker|instruction", near=3),
    _rule("authority", "prompt-injection", "ask_me role_marker|maker", near=3, also="override|comply|absolute"),
    _rule("refusal-banned", "prompt-injection", "refuse neg|override|illegal", near=5, also="ai|you|@tag|limit"),
)
_JAILBREAK = (
    _rule("persona-unbound", "jailbreak", "persona unbound", near=12),
    _rule("persona-no-limit", "jailbreak", "persona neg|override|free limit|refuse|illegal", near=12),
    _rule("you-no-limit", "jailbreak", "you neg|override|free|unbound limit|refuse", near=7, never="correspondence"),
    _rule(
        "limit-gone",
        "jailbreak",
        "limit|refuse override|free|neg",
        near=5,
        also="you|ai|absolute|unbound",
        never="correspondence",
    ),
    _rule("unbound-ai", "jailbreak", "unbound ai|persona|you", near=4, never="discuss"),
    _rule("ai-unbound", "jailbreak", "ai|you unbound", near=4, never="discuss"),
    _rule("never-refuse", "jailbreak", "neg refuse", near=4, also="you|ai|absolute"),
    _rule("limit-off", "jailbreak", "limit free|neg", near=3, never="correspondence"),
    _rule("ai-no-limit", "jailbreak", "ai|persona neg|free limit", near=5),
    _rule("bribe-unlimited", "jailbreak", "bribe limit|unbound|refuse|illegal|comply", near=14, also="you"),
    _rule(
        "story-of-harm",
        "jailbreak",
        "story howto|disclose make|weapon|drug|intrude|malware",
        near=12,
        also="weapon|drug|intrude|malware",
    ),
    _rule("forbidden-wanted", "jailbreak", "howto|disclose|make|comply|serve illegal", near=6, never="defend law"),
    _rule("comply-absolute", "jailbreak", "comply|serve absolute", near=3, also="you|ai", never="correspondence"),
    _rule("illegal-free", "jailbreak", "illegal free|absolute|neg|override", near=4, also="you|ai|persona"),
)
_EXFILTRATION = (
    _rule("disclose-prompt", "data-exfiltration", "disclose you|hidden|prior instruction|text", near=5),
    _rule("own-prompt", "data-exfiltration", "you hidden instruction|text", near=2, never="discuss"),
    _rule("disclose-prior", "data-exfiltration", "disclose text|absolute prior", near=4, never="correspondence"),
    _rule("asked-prompt", "data-exfiltration", "text|asker_why prior|told text|you", near=4, also="verbatim|disclose"),
    _rule(
        "prompt-verbatim",
        "data-exfiltration",
        "instruction|hidden|text verbatim",
        near=6,
        also="you|hidden|maker",
        never="correspondence",
    ),
    _rule(
        "disclose-secret", "data-exfiltration", "disclose|send secret_thing", near=6, also="you|hidden|absolute|maker"
    ),
    _rule("secret-of-yours", "data-exfiltration", "secret_thing you|told", near=5, also="disclose|asker_why"),
    _rule(
        "others-data",
        "data-exfiltration",
        "personal others",
        near=5,
        also="disclose|you|ask_me",
        never="correspondence",
    ),
    _rule(
        "everyones-data",
        "data-exfiltration",
        "disclose|send personal|secret_thing absolute|others|hidden",
        near=6,
        never="correspondence",
    ),
    _rule(
        "others-said",
        "data-exfiltration",
        "others personal|victim",
        near=2,
        also="you|disclose",
        never="correspondence",
    ),
    _rule(
        "hidden-completed",
        "data-exfiltration",
        "you|hidden|ask_me|maker secret_thing|hidden|told instruction|told|text",
        near=4,
        never="correspondence",
    ),
    _rule("send-data-out", "data-exfiltration", "send|disclose|make personal|secret_thing|hidden @url|@email", near=9),
    _rule("link-with-data", "data-exfiltration", "send|disclose|make @url personal|secret_thing|hidden", near=9),
    _rule("dump", "data-exfiltration", "disclose|send personal|hidden|secret_thing stealth|neg|self", near=9),
)
_HARM = (
    _rule("make-weapon", "harmful-request", "make|howto weapon", near=6),
    _rule("make-malware", "harmful-request", "make|howto malware", near=5),
    _rule("make-fraud", "harmful-request", "make|howto fraud", near=5),
    _rule(
        "fraud-victim",
        "harmful-request",
        "fraud victim|personal|secret_thing|@number",
        near=5,
        also="make|howto|want|self",
    ),
    _rule("hurt-someone", "harmful-request", "violence victim", near=4, also="howto|want|stealth|self|make"),
    _rule("make-drug", "harmful-request", "make|howto drug", near=6),
    _rule("break-in", "harmful-request", "intrude intrusion_target|victim|others|secret_thing", near=5),
    _rule("intrusion-taught", "harmful-request", "howto|want|make intrude", near=5),
    _rule("violence-taught", "harmful-request", "howto|want|self violence", near=5),
    _rule("fraud-taught", "harmful-request", "howto|want fraud|malware|weapon|drug", near=7),
    _rule("end-of-life", "harmful-request", "ending self life", near=3),
    _rule("sale", "harmful-request", "make weapon|drug|malware|fraud|secret_thing", near=4),
    _rule("harm-in-secret", "harmful-request", "violence|intrude|fraud|drug|weapon|malware stealth", near=10),
    _rule(
        "self-harm",
        "harmful-request",
        "selfharm self|stealth|selfharm",
        near=4,
        also="howto|want|disclose",
        never="treat defend everyday_thing",
    ),
    _rule(
        "self-harm-wish",
        "harmful-request",
        "self selfharm",
        near=4,
        also="want|howto",
        never="treat defend everyday_thing",
    ),
    _rule(
        "hate", "harmful-request", "hate dehumanise|violence", near=7, also="make|disclose|story", never="defend treat"
    ),
    _rule(
        "hate-call",
        "harmful-request",
        "dehumanise|violence hate",
        near=7,
        also="make|disclose|story",
        never="defend treat",
    ),
)
RULEBOOK = (*_INJECTION, *_JAILBREAK, *_EXFILTRATION, *_HARM)
"""Every rule, grouped by category."""
