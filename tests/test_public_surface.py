"""Whatever a user gives to the public names: an answer, or one of our errors with a text that helps."""

import warnings
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.corpus import SentencePair, load_pairs
from seq2seq_lessons.evaluation import corpus_report
from seq2seq_lessons.text import Vocab, encode_pairs, tokenize
from seq2seq_lessons.translator import Translator
from tests.soak import soaked
from tests.toy import PAIRS

# what people paste: emoji with joiners, right-to-left, combining accents, control and null characters, surrogates
ODD = [
    "",
    " ",
    "\0",
    "👩‍👩‍👧",
    "שלום עולם",
    "مرحبا",
    "e\u0301te\u0301",
    "\ud800",
    "\ufeff",
    "a\u00a0!",
    "\u202edlrow",
    "ﬁ",
    "<eos>",
    "<bos> <pad>",
    "日本語",
    "\t",
    "\n\r\x0b\x0c",
    "’",
    "İ",
]
phrases = st.lists(st.sampled_from([*ODD, "anna", "sings", "."]), max_size=6).map(" ".join)
texts = st.one_of(st.sampled_from(ODD), st.text(max_size=40), phrases)
few = settings(max_examples=soaked(15, 2000))


def helps(error: Exception) -> bool:
    """A text for people: what was given or expected, in a sentence, not from inside torch."""
    text = str(error)
    return len(text) > 20 and "Expected all tensors" not in text and "size mismatch" not in text


@given(st.lists(texts, max_size=5))
def test_any_text_gets_a_translation(translator, sentences):
    with warnings.catch_warnings(action="ignore"):
        translations = translator.translate(sentences)
    assert len(translations) == len(sentences)
    for sentence, translation in zip(sentences, translations, strict=True):
        assert isinstance(translation, str) and (tokenize(sentence) or translation == "")


def test_a_megabyte_of_text_gets_a_translation(translator):
    for text in ("anna " * 200_000, "a" * 1_000_000, "\0" * 1_000_000, "." * 1_000_000):
        with warnings.catch_warnings(action="ignore"):
            assert isinstance(translator.translate(text), str)


@given(texts)
def test_any_text_has_a_trace_or_is_refused_with_a_sentence(translator, text):
    with warnings.catch_warnings(action="ignore"):
        try:
            trace = translator.trace(text)
        except ValueError as error:
            assert not tokenize(text) and helps(error)
        else:
            assert trace.translation == translator.translate(text)


def test_an_accent_typed_in_two_ways_is_one_word():
    composed, combining = "\u00e9t\u00e9", "e\u0301te\u0301"
    assert composed != combining and tokenize(composed) == tokenize(combining)
    vocab = Vocab.build([tokenize(composed)] * 2)
    assert vocab.encode(tokenize(combining)) == vocab.encode(tokenize(composed)) != [vocab.unk_id]


@few
@given(st.lists(st.tuples(texts, texts), max_size=8), st.integers(1, 6))
def test_any_pairs_train_a_translator_or_are_refused_with_a_sentence(pairs, num_steps):
    config = TrainConfig(epochs=1, batch_size=3, num_steps=num_steps, min_freq=1, device="cpu")
    with warnings.catch_warnings(action="ignore"):
        try:
            translator = Translator.train(
                [SentencePair(*p) for p in pairs], ModelConfig(3, 4, 1), config, progress=False
            )
        except ValueError as error:
            assert helps(error)
        else:
            assert isinstance(translator.translate("go ."), str)


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")),
    st.sampled_from([".tsv", ".txt", ".zip", ""]),
)
def test_any_file_is_read_or_refused_with_a_sentence(tmp_path_factory, content, suffix):
    path = tmp_path_factory.mktemp("any") / f"pairs{suffix}"
    path.write_bytes(content)
    with warnings.catch_warnings(action="ignore"):
        try:
            pairs = load_pairs(path)
        except ValueError as error:
            assert helps(error) and path.name in str(error)
        else:
            assert pairs and all(source.strip() and target.strip() for source, target in pairs)


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 5),
    st.integers(),
    st.floats(allow_nan=True),
    st.sampled_from(ODD),
    st.lists(st.floats(-1, 2), max_size=2),
    st.sampled_from(["gru", "lstm", "auto", "constant", "token", "bf16"]),
)


@pytest.mark.parametrize("config", [ModelConfig, TrainConfig])
@given(data=st.data())
def test_any_setting_is_taken_or_refused_by_name(config, data):
    name = data.draw(st.sampled_from([field.name for field in fields(config)]))
    value = data.draw(anything)
    try:
        config(**{name: value})
    except ValueError as error:
        assert name in str(error) and "expected" in str(error) and helps(error)


sizes = st.fixed_dictionaries(
    {},
    optional={
        "embed_size": st.integers(1, 4),
        "num_hiddens": st.integers(1, 4),
        "num_layers": st.integers(1, 3),
        "dropout": st.sampled_from([0.0, 0.5, 0.99]),
        "cell": st.sampled_from(["gru", "lstm"]),
        "bidirectional": st.booleans(),
        "attention": st.booleans(),
    },
)
ways = st.fixed_dictionaries(
    {"epochs": st.integers(1, 2), "batch_size": st.integers(1, 50)},
    optional={
        "lr": st.floats(1e-6, 10),
        "rnn_lr_factor": st.floats(0.01, 2),
        "num_steps": st.integers(1, 15),
        "clip_norm": st.floats(1e-3, 1e3),
        "teacher_forcing": st.floats(0, 1) | st.lists(st.floats(0, 1), min_size=1, max_size=3),
        "teacher_forcing_per": st.sampled_from(["token", "sentence"]),
        "label_smoothing": st.floats(0, 0.9),
        "word_dropout": st.floats(0, 0.9),
        "weight_decay": st.floats(0, 10),
        "val_fraction": st.floats(0, 0.9),
        "patience": st.integers(1, 3),
        "min_freq": st.integers(1, 30),
        "seed": st.integers(0, 2**32 - 1),
        "precision": st.sampled_from(["auto", "bf16", "float32"]),
        "schedule": st.sampled_from(["constant", "warmup-decay"]),
        "time_limit_s": st.floats(0.01, 0.2),
    },
)


@few
@given(sizes, ways)
def test_any_permitted_settings_train_and_translate(size, way):
    with warnings.catch_warnings(action="ignore"):
        try:
            model, config = ModelConfig(**{"num_hiddens": 4} | size), TrainConfig(device="cpu", **way)
            translator = Translator.train(PAIRS, model, config, progress=False)
        except ValueError as error:
            assert size.get("bidirectional") and size.get("num_hiddens", 4) % 2 and helps(error)
            return
        assert all(isinstance(t, str) for t in translator.translate(["anna sings.", "zebra"]))


@given(st.lists(st.tuples(texts, st.lists(texts, max_size=3)), max_size=5))
def test_any_translations_are_scored_or_refused_with_a_sentence(rows):
    try:
        report = corpus_report([hypothesis for hypothesis, _ in rows], [references for _, references in rows])
    except ValueError as error:
        assert (not rows or not all(references for _, references in rows)) and helps(error)
    else:
        assert 0 <= report.bleu <= 100.0001 and 0 <= report.exact_match <= 100


@given(st.lists(texts, max_size=5), st.lists(texts, max_size=5), st.integers(-1, 5))
def test_any_token_lists_are_encoded_or_refused_with_a_sentence(sources, targets, num_steps):
    rows = [[tokenize(text) for text in side] for side in (sources, targets)]
    vocab = Vocab.build(rows[0] + rows[1], 1)
    try:
        batch = encode_pairs(*rows, vocab, vocab, num_steps)
    except ValueError as error:
        assert (len(sources) != len(targets) or num_steps < 1) and helps(error)
    else:
        assert batch.source.shape[0] == len(sources)
