"""How good answers are: figures with 95 % confidence intervals, in percent."""

import dataclasses
import functools
import json

import lingua
import numpy
import sacrebleu
import scipy.stats
import sklearn.metrics

RESAMPLES = 1000
SEED = 1
LABELS = ["positive", "negative", "neutral"]


@dataclasses.dataclass(frozen=True)
class Figure:
    value: float
    low: float
    high: float

    def __str__(self):
        return f"{self.value:.1f} ({self.low:.1f} to {self.high:.1f})"


@dataclasses.dataclass(frozen=True)
class Score:
    """`language` is the share of answers in the language asked for, `length` that of their words in
    the expected ones; neither is known of labels."""

    main: Figure
    second: Figure | None = None
    language: float | None = None
    length: float | None = None


# Labels: accuracy and macro-F1, or agreement and Cohen's kappa


def labels(expected, answers):
    return Score(share(expected, answers), resampled(macro_f1, expected, answers))


def agreement(expected, answers):
    return Score(share(expected, answers), resampled(kappa, expected, answers))


def share(expected, answers):
    """The share of equal labels, with Wilson's interval."""
    equal = sum(left == right for left, right in zip(expected, answers))
    interval = scipy.stats.binomtest(equal, len(expected)).proportion_ci(method="wilson")
    return Figure(100 * equal / len(expected), 100 * interval.low, 100 * interval.high)


def resampled(measure, expected, answers):
    """A measure with the interval of the percentile bootstrap over rows."""
    expected, answers = numpy.array(expected), numpy.array(answers)
    rows = numpy.random.default_rng(SEED).integers(0, len(expected), (RESAMPLES, len(expected)))
    low, high = numpy.percentile([measure(expected[at], answers[at]) for at in rows], [2.5, 97.5])
    return Figure(measure(expected, answers), low, high)


def macro_f1(expected, answers):
    """The mean of F1 over the labels that are expected of some row."""
    known = [label for label in LABELS if label in expected]
    return 100 * sklearn.metrics.f1_score(
        expected, answers, labels=known, average="macro", zero_division=0
    )


def kappa(left, right):
    """0 where both sides always say the same one label: then agreement says nothing."""
    if len(set(left) | set(right)) == 1:
        return 0.0
    return 100 * sklearn.metrics.cohen_kappa_score(left, right)


# Texts: chrF, and BLEU of translations


def translations(expected, answers, to):
    second = corpus(sacrebleu.BLEU(), expected, answers)
    return dataclasses.replace(summaries(expected, answers, to), second=second)


def summaries(expected, answers, to):
    return Score(
        corpus(sacrebleu.CHRF(), expected, answers),
        language=share_in(answers, to),
        length=words(answers) / words(expected),
    )


def corpus(metric, expected, answers):
    """A metric of a whole corpus with the interval of sacrebleu's bootstrap over rows."""
    score = metric.corpus_score(answers, [expected], n_bootstrap=RESAMPLES)
    found = json.loads(score.format(is_json=True, signature=str(metric.get_signature())))
    mean, width = found["confidence_mean"], found["confidence_var"]
    return Figure(found["score"], mean - width, mean + width)


def words(texts):
    return sum(len(text.split()) for text in texts)


@functools.cache
def detector():
    return lingua.LanguageDetectorBuilder.from_all_languages().build()


def share_in(texts, language):
    """Among all languages that the detector knows, so that one of two is not right by chance."""
    found = detector().detect_languages_in_parallel_of(texts)
    right = [one is not None and one.iso_code_639_1.name.lower() == language for one in found]
    return 100 * sum(right) / len(right)
