"""`openai`: embeddings of texts, or an answer of a chat model, by schema if one is given; within the run's budget."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from automation.actions import libraries
from automation.actions.base import Action, BadInput, Call, Change, Done, Draft, Failed, Outcome
from automation.actions.clients import BASE_URL_SCHEMA, base_url
from automation.actions.metered import KEY, Model, number
from automation.actions.prices import AS_OF
from automation.actions.service import Prepared, exactly_one, input_file
from automation.plan.model import Json
from automation.plan.paths import UnsafePath, write_inside

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from openai import OpenAI

BATCH = 256  # texts in a request; OpenAI takes 2,048
BATCH_LETTERS = 200_000  # OpenAI takes 300,000 tokens in a request, and a token is at least about one letter


def prepare(call: Call) -> tuple[Draft, ...]:
    """The requests: one chat, or one for every batch of texts."""
    return tuple(request.draft() for request in _requests(call))


def perform(call: Call) -> Outcome:
    """Ask, and check that the answer is whole: as many vectors as texts, of one length; a chat that came to its end.

    Nothing is asked that could pass the run's budget.
    """
    requests = _requests(call)
    model = Model(call)
    outcome = _embeddings(call, model, requests) if _embeds(call) else _chat(call, model, requests[0])
    if isinstance(outcome, Done):
        return outcome._replace(outputs={**outcome.outputs, **model.used()})
    paid = model.told()
    return outcome._replace(message=f"{outcome.message} (it was charged all the same: {paid})") if paid else outcome


def inspect(call: Call) -> tuple[Change, ...]:
    """What is asked is kept nowhere; what it may cost at most is told where that is known."""
    model = Model(call)
    what = f"{len(_requests(call))} requests to {model.name}" if _embeds(call) else f"a question to {model.name}"
    dearest = [model.dearest(request.json) for request in _requests(call)]
    known = [cost for cost in dearest if cost is not None]
    return (Change("send", what, after={"usd-at-most": round(sum(known), 6)} if len(known) == len(dearest) else None),)


def _embeds(call: Call) -> bool:
    return call.inputs.get("operation") == "embeddings"


def _requests(call: Call) -> list[Prepared]:
    base = base_url(call, libraries.OPENAI)
    headers = {"Authorization": f"Bearer ${{{KEY}}}"}
    model = str(call.inputs["model"])
    if not _embeds(call):
        return [Prepared("OpenAI", "POST", f"{base}/v1/chat/completions", _chat_body(call, model), headers)]
    return [
        Prepared(
            "OpenAI",
            "POST",
            f"{base}/v1/embeddings",
            {"model": model, "input": batch, "encoding_format": "float"},
            headers,
        )
        for batch in _batches(_texts(call))
    ]


def _texts(call: Call) -> list[str]:
    key = exactly_one(call, ("input", "input-file"), "openai embeddings")
    value = call.inputs["input"] if key == "input" else input_file(call, key)
    values = [value] if isinstance(value, str) else value
    texts = (
        [text for text in values if isinstance(text, str) and text.strip()] if isinstance(values, list | tuple) else []
    )
    if not texts or not isinstance(values, list | tuple) or len(texts) != len(values):
        raise BadInput(f"openai: {key} has to be a text or a list of texts, none of them empty")
    return texts


def _batches(texts: Sequence[str]) -> list[list[str]]:
    batches: list[list[str]] = [[]]
    letters = 0
    for text in texts:
        if len(batches[-1]) == BATCH or (batches[-1] and letters + len(text) > BATCH_LETTERS):
            batches.append([])
            letters = 0
        batches[-1].append(text)
        letters += len(text)
    return batches


def _chat_body(call: Call, model: str) -> Json:
    messages = call.inputs.get("messages")
    if not isinstance(messages, list | tuple) or not messages:
        raise BadInput("openai: chat needs messages, a list of {role, content}")
    body: dict[str, Json] = {"model": model, "messages": messages}
    if "max-tokens" in call.inputs:
        body["max_completion_tokens"] = call.inputs["max-tokens"]
    if "schema" in call.inputs:
        form: dict[str, Json] = {"name": "answer", "strict": True, "schema": call.inputs["schema"]}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    return body


def _embeddings(call: Call, model: Model, requests: Sequence[Prepared]) -> Outcome:
    vectors: list[Json] = []
    for request in requests:
        texts = cast("list[str]", cast("Mapping[str, Json]", request.json)["input"])
        answer = model.ask(request.json, _embedding(model.name, texts))
        if isinstance(answer, Failed):
            return answer
        vectors += _vectors(answer)
    lengths = {len(vector) if isinstance(vector, list) else 0 for vector in vectors}
    if len(vectors) != len(_texts(call)) or len(lengths) != 1 or 0 in lengths:
        return Failed("permanent", f"OpenAI gave {len(vectors)} vectors of {sorted(lengths)} numbers", happened=True)
    if "save-to" in call.inputs:
        try:
            write_inside(call.workdir, str(call.inputs["save-to"]), json.dumps(vectors).encode())
        except (UnsafePath, OSError) as error:
            return Failed("permanent", f"save-to: {error}", happened=True)
    return Done({"count": len(vectors), "dimension": lengths.pop()})


def _embedding(model: str, texts: list[str]) -> Callable[[OpenAI], object]:
    return lambda client: client.embeddings.create(model=model, input=texts, encoding_format="float")


def _vectors(answer: Mapping[str, Json]) -> list[Json]:
    """The vectors in the order of the texts; the service numbers them by `index`."""
    data = answer.get("data")
    items = [item for item in data if isinstance(item, Mapping)] if isinstance(data, list) else []
    return [item.get("embedding") for item in sorted(items, key=lambda item: number(item, "index"))]


def _chat(call: Call, model: Model, request: Prepared) -> Outcome:
    body = cast("dict[str, object]", request.json)
    validator = _validator(call.inputs["schema"]) if "schema" in call.inputs else None
    answer = model.ask(request.json, lambda client: client.chat.completions.create(**body))  # type: ignore[call-overload]  # as checked
    if isinstance(answer, Failed):
        return answer
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, Mapping) else None
    if not isinstance(choice, Mapping) or not isinstance(message, Mapping):
        return Failed("permanent", "OpenAI gave an answer without a message", happened=True)
    if message.get("refusal"):
        return Failed("permanent", f"the model refused: {str(message['refusal'])[:300]}", happened=True)
    if choice.get("finish_reason") == "length":
        return Failed("permanent", "the answer was cut at its length limit: raise max-tokens", happened=True)
    text = str(message.get("content") or "")
    told = Done({"text": text}, remote=str(answer.get("id", "")))
    return _by_schema(told, text, validator) if validator else told


def _validator(schema: Json) -> Draft202012Validator:
    """Raises `BadInput` for what is no schema, before it costs anything."""
    from jsonschema import Draft202012Validator, SchemaError

    found = cast("Mapping[str, object]", schema)
    try:
        Draft202012Validator.check_schema(found)
    except SchemaError as error:
        raise BadInput(f"openai: schema is no JSON Schema: {error.message[:200]}") from error
    return Draft202012Validator(found)


def _by_schema(told: Done, text: str, validator: Draft202012Validator) -> Outcome:
    """The answer's JSON, checked against the schema: not every service that speaks OpenAI's language heeds it."""
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        return Failed("transient", f"the model's answer is not JSON: {text[:200]}", happened=True)
    mistake = next(validator.iter_errors(value), None)
    if mistake is not None:
        return Failed(
            "transient", f"the model's answer does not fit the schema: {mistake.message[:200]}", happened=True
        )
    return told._replace(outputs={**told.outputs, "json": value})


ACTION = Action(
    name="openai",
    summary="Get embeddings or a chat model's answer from OpenAI.",
    description=f"""\
- `embeddings`: vectors for `input` or the list of texts in `input-file`, in batches; they go to the file `save-to`,
  the outputs tell `count`, `dimension` and `tokens`.
- `chat`: an answer to `messages`; with `schema` (a JSON Schema for strict structured outputs) the output `json`
  holds it.

The outputs tell the tokens and, where the model's price is known, the dollars that it cost. Prices are those of
{AS_OF}; `price` replaces them. With `limits: {{budget-usd: …}}` in the plan nothing is asked that could cost more than
is left of the run's budget: a chat then needs `max-tokens`, and a model whose price is not known needs `price`. What a
request may cost is told before from its bytes, for no text has more tokens than those: in English that is about four
times too much, and the difference is free again with the answer. A run that goes on where one was killed, or is an
attempt anew of the same run on GitHub, has what that one left. The price of a failure stands in its message.

Asking again changes nothing but the bill, so a step that was interrupted is repeated.
""",
    effect="external",
    inputs={
        "type": "object",
        "properties": {
            "operation": {"enum": ["embeddings", "chat"], "description": "What to ask for."},
            "model": {"type": "string", "minLength": 1, "description": "The model's name."},
            "input": {
                "type": ["string", "array"],
                "minLength": 1,
                "minItems": 1,
                "items": {"type": "string", "minLength": 1},
                "description": "embeddings: a text or a list of texts.",
            },
            "input-file": {
                "type": "string",
                "minLength": 1,
                "description": "embeddings: file with a JSON list of texts.",
            },
            "save-to": {
                "type": "string",
                "minLength": 1,
                "description": "embeddings: file for the vectors, a JSON list of lists.",
            },
            "messages": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "properties": {
                        "role": {"enum": ["system", "developer", "user", "assistant"]},
                        "content": {"type": "string"},
                    },
                    "required": ["role", "content"],
                    "additionalProperties": False,
                },
                "description": "chat: the conversation so far.",
            },
            "schema": {"type": "object", "description": "chat: JSON Schema of the answer."},
            "max-tokens": {"type": "integer", "minimum": 1, "description": "chat: how long the answer may be."},
            "price": {
                "type": "object",
                "properties": {
                    "input": {"type": "number", "minimum": 0},
                    "output": {"type": "number", "minimum": 0},
                },
                "required": ["input"],
                "additionalProperties": False,
                "description": "US dollars for a million tokens: `{input: 0.15, output: 0.60}`.",
            },
            "base-url": BASE_URL_SCHEMA,
        },
        "required": ["operation", "model"],
        "additionalProperties": False,
        "if": {"properties": {"operation": {"const": "chat"}}},
        "then": {"required": ["messages"], "properties": {"price": {"required": ["input", "output"]}}},
        "else": {"oneOf": [{"required": ["input"]}, {"required": ["input-file"]}]},
    },
    perform=perform,
    prepare=prepare,
    outputs={
        "count": "integer",
        "dimension": "integer",
        "tokens": "integer",
        "text": "string",
        "json": "object",
        "input-tokens": "integer",
        "output-tokens": "integer",
        "cost-usd": "number",
    },
    mock={
        "count": 1,
        "dimension": 1536,
        "tokens": 0,
        "text": "mock answer",
        "json": {},
        "input-tokens": 0,
        "output-tokens": 0,
        "cost-usd": 0.0,
    },
    secrets=(KEY,),
    repeat="upsert",
    inspect=inspect,
    example="""\
- id: embed
  uses: openai
  secrets: [OPENAI_API_KEY]
  with: {operation: embeddings, model: text-embedding-3-small, input-file: texts.json, save-to: vectors.json}
""",
)
