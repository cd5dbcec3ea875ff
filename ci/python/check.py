"""Calls every function from Python and compares the answers with those of a JVM alone.

Usage: check.py EXPECTED.jsonl MODEL JAR [CONNECT_URL]

Without a URL Spark runs in this process as README.md shows it, and README.md's Python example runs
first; with one this is a client of Spark Connect. The examples of docs/functions.md and docs/python.md
run both ways.
"""

import ast
import json
import re
import sys
from pathlib import Path

from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession
from pyspark.sql.functions import call_function, col, count, expr, lit

import calls


def readme_example(model, jar):
    """The session that README.md's example makes, with another model and on two cores."""
    text = Path("README.md").read_text()
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    for written, used in (
        ("examples/work/models/smollm2", model),
        ("jobs/target/spark-llama.jar", jar),
        ("SparkSession.builder", "SparkSession.builder.master('local[2]')"),
    ):
        assert written in example, f"README.md's example has no {written}"
        example = example.replace(written, used)
    names = {}
    exec(compile(example, "README.md", "exec"), names)
    return names["spark"]


def documented_examples(spark):
    """Runs each line that the pages show; those that make another session are only compiled."""
    frames = {
        "posts": spark.table("posts").limit(2),
        "chats": spark.sql("SELECT array(struct('user' AS role, 'Hello' AS content)) AS messages"),
        "snippets": spark.sql("SELECT 'def twice(x):' AS code"),
    }
    for page in ("docs/functions.md", "docs/python.md"):
        names = dict(frames, spark=spark)
        exec("from pyspark.sql.functions import array, call_function, col, lit", names)
        blocks = re.findall(r"```python\n(.*?)```", Path(page).read_text(), re.DOTALL)
        for block in blocks:
            for statement in ast.parse(block, page).body:
                if "SparkSession.builder" not in ast.unparse(statement):
                    run(statement, names)
        print(f"{page}: {len(blocks)} examples ran")


def run(statement, names):
    """Executes a statement; rows that it gives are computed."""
    if not isinstance(statement, ast.Expr):
        exec(compile(ast.Module([statement], []), ast.unparse(statement), "exec"), names)
        return
    code = compile(ast.Expression(statement.value), ast.unparse(statement), "eval")
    value = eval(code, names)
    if value is not None:
        value.collect()


def plain(value):
    """A value as JSON has it."""
    if hasattr(value, "asDict"):
        return {name: plain(part) for name, part in value.asDict().items()}
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return value


def answers(frame):
    return sorted((plain(row) for row in frame.collect()), key=lambda row: row["id"])


def same(what, found, expected):
    for left, right in zip(found, expected, strict=True):
        for name in right:
            assert left[name] == right[name], (
                f"{what}, row {right['id']}, {name}: {left[name]} is not {right[name]}"
            )
    print(f"{what}: {len(expected)} rows, {len(expected[0]) - 1} columns as expected")


def every_function_is_called(spark):
    known = {row[0] for row in spark.sql("SHOW FUNCTIONS LIKE 'llama_*'").collect()}
    called = {name for name, _ in calls.functions()}
    called |= {"llama_summarize_agg", "llama_try_summarize_agg", "llama_agg", "llama_try_agg"}
    missing = known - called - {"llama_estimate"}
    assert not missing and not called - known, f"not called: {missing}, unknown: {called - known}"


def names_of_arguments(spark, posts, expected):
    wanted = [{"id": row["id"], "s": row["llama_summarize"]} for row in expected]
    by_name = "llama_summarize(text, max_words => 5) AS s"
    same("expr with a named argument", answers(posts.select("id", expr(by_name))), wanted)
    query = spark.sql(
        "SELECT id, llama_summarize(text => text, max_words => :words) AS s FROM posts",
        args={"words": 5},
    )
    same("SQL with named arguments and a parameter", answers(query), wanted)


def groups_are_answered(posts, expected):
    """A group of one text has the answer of the text."""
    of_rows = [{"id": row["id"], "s": row["llama_summarize"]} for row in expected]
    summary = call_function("llama_summarize_agg", col("text"), lit(5)).alias("s")
    same("an aggregate", answers(posts.groupBy("id").agg(summary)), of_rows)
    tried = call_function("llama_try_summarize_agg", col("text"), lit(5)).value.alias("s")
    same("an aggregate with errors", answers(posts.groupBy("id").agg(tried)), of_rows)
    for name in ("llama_agg", "llama_try_agg"):
        answer = call_function(name, col("text"), lit("Name the topics."))
        row = posts.agg(answer.alias("answer"), count("*").alias("rows")).head()
        assert row["answer"] and row["rows"] == len(expected), row


def errors_say_why(posts):
    try:
        posts.select(expr("llama_translate(text, 'klingon')")).collect()
    except AnalysisException as error:
        assert "found klingon, expected one of ar" in str(error), error
        print(f"a wrong call is refused: {type(error).__name__}")
        return
    raise AssertionError("llama_translate(text, 'klingon') was not refused")


def check(spark, expected):
    spark.read.json("examples/data/posts.jsonl").where(col("id") <= 20).createOrReplaceTempView(
        "posts"
    )
    posts = spark.table("posts")
    every_function_is_called(spark)
    columns = [calls.column(name, arguments) for name, arguments in calls.functions()]
    same("call_function", answers(posts.select("id", *columns)), expected)
    texts = ", ".join(calls.sql(name, arguments) for name, arguments in calls.functions())
    same("SQL", answers(spark.sql(f"SELECT id, {texts} FROM posts")), expected)
    names_of_arguments(spark, posts, expected)
    groups_are_answered(posts, expected)
    documented_examples(spark)
    errors_say_why(posts)


def main(expected, model, jar, url=None):
    rows = [json.loads(line) for line in Path(expected).read_text().splitlines()]
    assert len(rows) == 20, f"found {len(rows)} expected answers"
    spark = SparkSession.builder.remote(url).getOrCreate() if url else readme_example(model, jar)
    spark.conf.set("spark.llama.model", model)
    print(f"PySpark {spark.version}, {type(spark).__module__}")
    check(spark, rows)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
