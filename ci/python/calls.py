"""A call of every function, as SQL and as a column of PySpark."""

from dataclasses import dataclass

TEXT = object()  # the column `text`

SHORT = {"max_tokens": "8"}


@dataclass(frozen=True)
class Messages:
    """The column `text` as the last message of a conversation."""


ARGUMENTS = {
    "sentiment": [TEXT],
    "sentiment_scores": [TEXT],
    "emotions": [TEXT],
    "detect_language": [TEXT],
    "moderate": [TEXT, ["hate", "privacy"]],
    "filter": [TEXT, "It is about food."],
    "classify": [TEXT, ["sport", "politics", "weather"]],
    "classify_scores": [TEXT, {"sport": "games and matches", "politics": "elections"}],
    "summarize": [TEXT, 5],
    "translate": [TEXT, "fr", SHORT],
    "fix_grammar": [TEXT, SHORT],
    "mask": [TEXT, ["person", "city"], SHORT],
    "aspect_sentiment": [TEXT, SHORT],
    "code": [TEXT, "explain", SHORT],
    "extract": [TEXT, "name STRING, age INT"],
    "count_tokens": [TEXT],
    "generate": [TEXT, 8],
    "chat": [Messages(), 8],
    "query": [TEXT, 8],
}


def functions():
    """Names and arguments; all but llama_query come in two forms."""
    for task, arguments in ARGUMENTS.items():
        yield f"llama_{task}", arguments
        if task != "query":
            yield f"llama_try_{task}", arguments


def sql(name, arguments):
    return f"{name}({', '.join(map(_sql, arguments))}) AS {name}"


def _sql(argument):
    if argument is TEXT:
        return "text"
    if isinstance(argument, Messages):
        return "array(named_struct('role', 'user', 'content', text))"
    if isinstance(argument, list):
        return f"array({', '.join(map(_sql, argument))})"
    if isinstance(argument, dict):
        return f"map({', '.join(_sql(part) for pair in argument.items() for part in pair)})"
    return f"'{argument}'" if isinstance(argument, str) else str(argument)


def column(name, arguments):
    from pyspark.sql.functions import call_function

    return call_function(name, *map(_column, arguments)).alias(name)


def _column(argument):
    from pyspark.sql.functions import array, col, create_map, lit, named_struct

    if argument is TEXT:
        return col("text")
    if isinstance(argument, Messages):
        return array(
            named_struct(lit("role"), lit("user"), lit("content"), col("text"))
        )
    if isinstance(argument, list):
        return array(*map(lit, argument))
    if isinstance(argument, dict):
        return create_map(*[lit(part) for pair in argument.items() for part in pair])
    return lit(argument)


if __name__ == "__main__":
    # The query whose answers, from a process without Python, check.py expects.
    calls = ", ".join(sql(name, arguments) for name, arguments in functions())
    print(
        f"SELECT to_json(struct(id, {calls}), map('ignoreNullFields', 'false'))"
        " FROM json.`examples/data/posts.jsonl` WHERE id <= 20 ORDER BY id"
    )
