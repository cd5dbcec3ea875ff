"""A nightly pipeline in Airflow 3 with the provider apache-airflow-providers-apache-spark.

Exit code 3 (rows in quarantine) is a success of the run and starts a task of its own; 4 (quality
gate) and 5 (another run goes on) fail at once, because trying again would not help. A run that was
killed goes on where it was, so that a retry costs little.
"""

import datetime
import subprocess

from airflow.exceptions import AirflowFailException
from airflow.sdk import dag, task

SUBMIT = [
    "/opt/spark/bin/spark-submit",
    "--packages",
    "io.delta:delta-spark_4.2_2.13:4.4.0",
    "--class",
    "io.sparkllama.jobs.Main",
    "/opt/spark-llama/spark-llama.jar",
]
PIPELINE = "/etc/pipelines/posts.yaml"

DONE = 0
QUARANTINED = 3
USELESS_TO_RETRY = {2: "wrong usage", 4: "quality gate not met", 5: "another run is going on"}


@dag(
    schedule="15 2 * * *",
    start_date=datetime.datetime(2026, 11, 25, tzinfo=datetime.timezone.utc),
    catchup=False,
    max_active_runs=1,
)
def posts():
    @task(retries=2, retry_delay=datetime.timedelta(minutes=10))
    def run() -> int:
        code = subprocess.run([*SUBMIT, "run", PIPELINE], check=False).returncode
        if code in USELESS_TO_RETRY:
            raise AirflowFailException(f"exit code {code}: {USELESS_TO_RETRY[code]}")
        if code not in (DONE, QUARANTINED):
            raise RuntimeError(f"exit code {code}")
        return code

    @task.short_circuit
    def has_quarantined_rows(code: int) -> bool:
        return code == QUARANTINED

    @task
    def tell() -> None:
        print("Rows are in quarantine: read the table or the run's report.")

    has_quarantined_rows(run()) >> tell()


posts()
