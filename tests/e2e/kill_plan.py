"""The plan that is killed: fourteen tasks, nine of them with an effect outside, of three classes."""

from __future__ import annotations

UPSERT, KEYED, BLIND = ("put-a", "put-b", "put-c"), ("key-a", "key-b", "key-c"), ("ask-a", "ask-b", "ask-c")
LOCAL = ("write", "shape", "count", "join", "last")
TASKS = len(UPSERT + KEYED + BLIND + LOCAL)

CALLS = """
def count(path: str) -> dict:
    import pathlib
    return {"letters": len(pathlib.Path(path).read_text())}
"""


def tasks(base: str) -> dict[str, str]:
    """Fourteen tasks: files, a callable and nine HTTP effects of three classes, in a chain with one fork."""

    def http(name: str, method: str, kind: str, need: str, more: str = "") -> str:
        return (
            f"day: 1\nneeds: [{need}]\nretry: {{attempts: 4, delay: 10ms, factor: 1}}\nsteps:\n"
            f"  - id: send\n    uses: http\n{more}"
            f"    with: {{method: {method}, url: '{base}/{kind}/{name}', allow-private: true, json: {{task: {name}}}}}"
            "\n"
        )

    retry = "    on-unknown: retry\n"
    write = "  - {{uses: file, with: {{operation: write, path: {0}.txt, content: '{0}'}}}}\n"
    return {
        "write": "day: 1\nproduces: [write.txt, more.txt]\nsteps:\n" + write.format("write") + write.format("more"),
        "put-a": http("put-a", "PUT", "upsert", "write"),
        "key-a": http("key-a", "POST", "keyed", "put-a", retry),
        "ask-a": http("ask-a", "POST", "blind", "key-a"),
        "shape": "day: 1\nneeds: [ask-a]\nsteps:\n" + write.format("shape") + "gates:\n  - {file: shape.txt}\n",
        "ask-b": http("ask-b", "POST", "blind", "shape"),
        "put-b": http("put-b", "PUT", "upsert", "shape"),
        "key-b": http("key-b", "POST", "keyed", "put-b", retry),
        "count": (
            "day: 1\nneeds: [key-b]\nsteps:\n  - id: letters\n    uses: python\n"
            "    with: {call: 'calls:count', path: write.txt}\n    outputs: {letters: integer}\n"
            "gates:\n  - {metric: steps.letters.outputs.letters, equals: 5}\n"
        ),
        "key-c": http("key-c", "POST", "keyed", "count", retry),
        "put-c": http("put-c", "PUT", "upsert", "count"),
        "join": "day: 1\nneeds: [ask-b, key-c]\nproduces: [join.txt]\nsteps:\n" + write.format("join"),
        "ask-c": http("ask-c", "POST", "blind", "join"),
        "last": "day: 1\nneeds: [ask-c, put-c]\nproduces: [last.txt]\nsteps:\n" + write.format("last"),
    }
