"""What a user holds: train, translate, trace, save, load."""

import json
import subprocess
import sys
import warnings
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_lessons.corpus import SentencePair
from seq2seq_lessons.decoding import beam_search
from seq2seq_lessons.support.pairs import corpus_fingerprint
from seq2seq_lessons.text import pad_rows, tokenize
from seq2seq_lessons.training import History, Trainer
from seq2seq_lessons.translator import Translator
from tests.toy import BRIEFLY, MODEL, NAMES, PAIRS, TINY, TRAINING, VERBS, digest

SOURCES = [pair.source for pair in PAIRS]
sentences = st.lists(st.sampled_from([*NAMES, *VERBS, "never", "today", ".", "zebra", ""]), max_size=7).map(" ".join)


@pytest.fixture(autouse=True)
def no_unexpected_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_it_translates_what_it_has_learnt(translator):
    right = sum(translator.translate(pair.source) == pair.target.replace(".", " .") for pair in PAIRS)
    assert right >= 0.9 * len(PAIRS)


@given(st.lists(sentences, max_size=8))
def test_a_list_for_a_list_in_order(translator, texts):
    translations = translator.translate(texts)
    assert translations == [translator.translate(text) for text in texts]
    assert translator.translate(tuple(texts)) == translations


def test_more_sentences_than_a_batch(translator, monkeypatch):
    together = translator.translate(SOURCES)
    monkeypatch.setattr("seq2seq_lessons.translator.TRANSLATE_BATCH_SIZE", 7)
    assert translator.translate(SOURCES) == together


@pytest.mark.parametrize("nothing", ["", "   ", "\n\t", "\u00a0"])
def test_nothing_is_translated_as_nothing(translator, nothing):
    assert translator.translate(nothing) == ""
    assert translator.translate([nothing, "anna sings.", nothing]) == ["", translator.translate("anna sings."), ""]
    assert translator.translate([]) == []


@pytest.mark.parametrize("text", ["xylophone zebra", "🙂", "🙂 anna 👩‍👩‍👧", "<eos> <pad>", "\x00", "汉字", "\ud800"])
def test_strange_text_gets_an_answer(translator, text):
    assert isinstance(translator.translate(text), str)


def test_case_spacing_and_apostrophes_do_not_matter(translator):
    assert translator.translate(" ANNA   sings .") == translator.translate("anna sings.")


@pytest.mark.parametrize("in_a_list", [True, False])
def test_a_line_of_500_words_is_cut_with_a_warning(translator, in_a_list):
    line = " ".join(["anna"] * 500)
    cut = " ".join(["anna"] * 11)  # num_steps is 12, <eos> included
    with pytest.warns(UserWarning, match="1 of . sentences cut to their first 11 tokens") as caught:
        got = translator.translate([line, cut])[0] if in_a_list else translator.translate(line)
    assert got == translator.translate(cut)
    assert [w.filename for w in caught] == [__file__]  # it points at the caller's line


@pytest.mark.parametrize("length_penalty", [0.0, 2.0])
def test_a_beam_translates_as_its_search_says_in_the_order_given(translator, monkeypatch, length_penalty):
    """An undertrained model, whose best three hypotheses differ from the greedy one; batches of four."""
    monkeypatch.setattr("seq2seq_lessons.translator.TRANSLATE_BATCH_SIZE", 4)
    texts = ["anna sings.", "", "emma never reads today.", "ben", "ben laughs.", "anna never sings today."] * 2
    model = Translator.train(PAIRS, TINY, BRIEFLY, progress=False)
    vocab, expected = model.target_vocab, []
    for text in texts:
        X, valid_len = pad_rows([tokenize(text)], model.source_vocab, 12)
        found = beam_search(model.model, X, valid_len, vocab.bos_id, vocab.eos_id, 12, 3, length_penalty)
        expected.append(" ".join(vocab.decode(found[0][0].ids)) if text else "")
    assert model.translate(texts, 3, length_penalty) == expected
    assert expected != model.translate(texts)
    assert model.translate(texts[0], 3, length_penalty) == expected[0]


def test_a_beam_of_one_is_greedy_and_less_is_refused(translator):
    assert translator.translate(SOURCES, beam_width=1) == translator.translate(SOURCES)
    for wrong in (0, 1.5, "5", None):
        with pytest.raises(ValueError, match=f"width is {wrong!r}; expected a whole number of at least 1"):
            translator.translate(SOURCES, beam_width=wrong)


@pytest.mark.parametrize("wrong", [7, None, [1], [["anna"]], b"anna"])
def test_only_text_is_translated(translator, wrong):
    with pytest.raises(TypeError, match="a sentence .str. or a list of sentences"):
        translator.translate(wrong)


def test_it_knows_where_it_lies(translator):
    assert translator.device == torch.device("cpu")


# Trace


@given(sentences.filter(str.split))
def test_a_trace_tells_what_translate_says(translator, sentence):
    trace = translator.trace(sentence, k=5)
    assert trace.translation == translator.translate(sentence)
    assert trace.source_tokens == [w if w in translator.source_vocab else "<unk>" for w in sentence.split()] + ["<eos>"]
    assert [step.fed for step in trace.steps] == ["<bos>", *(step.token for step in trace.steps[:-1])]
    assert "<eos>" not in [step.token for step in trace.steps[:-1]]
    for step in trace.steps:
        assert step.probabilities.shape == (len(translator.target_vocab),)
        assert step.probabilities.min() >= 0 and step.probabilities.sum().item() == pytest.approx(1, abs=1e-5)
        assert step.top[0][0] == step.token and len(step.top) == 5
        words, values = zip(*step.top, strict=True)
        assert list(values) == sorted(step.probabilities.tolist(), reverse=True)[:5]
        assert translator.target_vocab.encode(words) == step.probabilities.topk(5).indices.tolist()


@given(sentences.filter(str.split))
def test_a_traces_states_and_gates_are_those_of_torchs_gru(translator, sentence):
    trace = translator.trace(sentence)
    encoder, decoder = translator.model.encoder, translator.model.decoder
    with torch.no_grad():
        X = torch.tensor([translator.source_vocab.encode(trace.source_tokens)])
        embedded = encoder.embedding(X).transpose(0, 1)
        states = torch.stack([encoder.rnn(embedded[: t + 1])[1][:, 0] for t in range(len(embedded))])
        torch.testing.assert_close(trace.encoder_states, states)
        torch.testing.assert_close(trace.context, states[-1, -1])
        check_gates(states, torch.zeros_like(states[0]), trace.encoder_gates)

        fed = torch.tensor([translator.target_vocab.encode([step.fed for step in trace.steps])])
        inputs = decoder.embedding(fed).transpose(0, 1)
        inputs = torch.cat((inputs, trace.context.expand(len(inputs), 1, -1)), dim=2)
        h0 = states[-1][:, None]
        states = torch.stack([decoder.rnn(inputs[: t + 1], h0)[1][:, 0] for t in range(len(inputs))])
        torch.testing.assert_close(torch.stack([step.hidden for step in trace.steps]), states)
        layers = range(decoder.rnn.num_layers)
        check_gates(states, h0[:, 0], [[step.gates[layer] for step in trace.steps] for layer in layers])
        logits = decoder.dense(states[:, -1])
        torch.testing.assert_close(torch.stack([step.probabilities for step in trace.steps]), logits.softmax(dim=1))


def check_gates(states, first, gates) -> None:
    """Each layer's gates rebuild its states: states (steps, layers, hiddens), gates[layer][step]."""
    for layer, steps in enumerate(gates):
        h = first[layer]
        for t, (r, z, n) in enumerate(steps):
            assert r.shape == z.shape == n.shape == h.shape
            h = (1 - z) * n + z * h
            torch.testing.assert_close(h, states[t, layer])
        assert len(steps) == len(states)


def test_a_trace_of_nothing_is_refused(translator):
    with pytest.raises(ValueError, match="has no token to read; give one such as"):
        translator.trace("  ")


@pytest.mark.parametrize("swap", [{"cell": "lstm"}, {"bidirectional": True}, {"attention": True}], ids=str)
def test_a_trace_of_another_design_is_refused(swap):
    ((name, value),) = swap.items()
    other = Translator.train(PAIRS, replace(TINY, **swap), BRIEFLY, progress=False)
    with pytest.raises(ValueError, match=f"this one has {name}={value!r}.*translate works"):
        other.trace("anna sings.")
    assert isinstance(other.translate("anna sings."), str)


def test_a_trace_may_list_every_word(translator):
    step = translator.trace("anna sings.", k=10**6).steps[0]
    assert len(step.top) == len(translator.target_vocab)


def test_a_trace_of_a_long_line_warns_as_translate_does(translator):
    with pytest.warns(UserWarning, match="cut to their first 11 tokens") as caught:
        assert len(translator.trace("anna " * 500).source_tokens) == 12
    assert caught[0].filename == __file__


def test_a_translation_without_end_is_cut_at_num_steps():
    talkative = Translator.train(PAIRS, TINY, BRIEFLY, progress=False)
    with torch.no_grad():
        talkative.model.decoder.dense.bias[talkative.target_vocab.eos_id] = -1e9
    assert len(talkative.translate("anna sings.").split()) == 12
    assert talkative.trace("anna sings.").translation == talkative.translate("anna sings.")


# Save and load: law 8


def test_law_8_a_loaded_translator_is_bit_identical(translator, model_folder):
    loaded = Translator.load(model_folder)
    assert digest(loaded.model) == digest(translator.model)
    assert loaded.translate(SOURCES) == translator.translate(SOURCES)
    assert loaded.source_vocab.tokens == translator.source_vocab.tokens
    assert loaded.target_vocab.tokens == translator.target_vocab.tokens
    assert loaded.model_config == translator.model_config and loaded.train_config == translator.train_config
    assert loaded.history == translator.history
    assert loaded.corpus == translator.corpus == corpus_fingerprint(PAIRS)
    one, other = loaded.trace(SOURCES[0]), translator.trace(SOURCES[0])
    assert all(torch.equal(a.probabilities, b.probabilities) for a, b in zip(one.steps, other.steps, strict=True))


def test_law_8_every_design_comes_back_from_its_folder(tmp_path):
    for i, (cell, both_ways, attention) in enumerate(product(["gru", "lstm"], [False, True], [False, True])):
        config = replace(TINY, cell=cell, bidirectional=both_ways, attention=attention)
        trained = Translator.train(PAIRS, config, replace(BRIEFLY, epochs=1), progress=False)
        trained.save(tmp_path / str(i))
        loaded = Translator.load(tmp_path / str(i), device="cpu")
        assert loaded.model_config == config
        assert digest(loaded.model) == digest(trained.model)
        sentences = [source for source, _ in PAIRS]
        assert loaded.translate(sentences) == trained.translate(sentences)


def test_law_8_another_process_translates_the_same(translator, model_folder):
    code = (
        "import sys, torch; torch.set_num_threads(1)\n"
        "from seq2seq_lessons.translator import Translator\n"
        "t = Translator.load(sys.argv[1])\n"
        "print('\\n'.join(t.translate(sys.argv[2:])))"
    )
    root = Path(__file__).parents[1]
    ran = subprocess.run(
        [sys.executable, "-c", code, model_folder, *SOURCES], cwd=root, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines() == translator.translate(SOURCES)


def test_saving_again_replaces(translator, tmp_path):
    translator.save(tmp_path)
    other = Translator.train(PAIRS, TINY, BRIEFLY, progress=False)
    other.save(tmp_path)
    assert digest(Translator.load(tmp_path).model) == digest(other.model)


def test_the_description_is_readable(model_folder):
    description = json.loads((model_folder / "model.json").read_text(encoding="utf-8"))
    assert description["model"]["num_hiddens"] == 32 and description["training"]["lr"] == 0.01
    assert "aujourd'hui" in description["target_tokens"]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("model", {"num_hiddens": 33, "embed_size": 16, "num_layers": 2}),
        ("model", {"num_heads": 2}),
        ("model", {"num_hiddens": 0}),
        ("training", {"colour": "blue"}),
        ("training", None),
        ("source_tokens", ["only", "two"]),
        ("source_tokens", ["twice", "twice"]),
        ("target_tokens", None),
        ("history", []),
    ],
)
def test_a_description_that_does_not_fit_is_refused_in_one_line(model_folder, tmp_path, part, value):
    for path in model_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    description = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps(description | {part: value}))
    with pytest.raises(ValueError, match="do not describe a translator of this version .*train again") as caught:
        Translator.load(tmp_path)
    assert "\n" not in str(caught.value)


def test_an_unknown_device_is_refused_on_loading(model_folder):
    with pytest.raises(ValueError, match="device is 'abacus'"):
        Translator.load(model_folder, device="abacus")


def test_a_file_is_no_folder_to_save_in(translator, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError, match="give the name of a folder"):
        translator.save(tmp_path / "file")


# Train


@pytest.mark.parametrize("pairs", [[], PAIRS[:1], [("go", "va"), ("go", "allez")]])
def test_too_few_pairs(pairs):
    with pytest.raises(ValueError, match=f"{len(pairs)} pairs with fewer than two distinct sources"):
        Translator.train(pairs)


@pytest.mark.parametrize("wrong", [("go",), ("a", "b", "c"), ("go", None), (1, "va")])
def test_pairs_that_are_none(wrong):
    with pytest.raises(ValueError, match=r"pair 1 is .*; expected two texts, \(source, target\)"):
        Translator.train([("a", "b"), wrong])


def test_plain_tuples_do(tmp_path):
    pairs = [tuple(pair) for pair in PAIRS]
    assert Translator.train(pairs, TINY, BRIEFLY, progress=False).corpus == corpus_fingerprint(PAIRS)


def test_vocabularies_hold_the_training_words_only():
    pairs = [SentencePair(f"word{i}", f"mot{i}") for i in range(20)]
    translator = Translator.train(pairs, TINY, BRIEFLY, progress=False)
    assert len(translator.source_vocab) == len(translator.target_vocab) == 4 + 18  # two sources are held out


def test_long_training_pairs_are_cut_with_a_warning():
    pairs = [*PAIRS, SentencePair("a " * 12, "b"), SentencePair("c", "d " * 12), SentencePair("e " * 11, "f " * 11)]
    with pytest.warns(UserWarning, match="2 of 43 training pairs cut to num_steps=12 tokens") as caught:
        Translator.train(pairs, TINY, replace(BRIEFLY, val_fraction=0.0), progress=False)
    assert caught[0].filename == __file__


def test_the_fingerprint_knows_the_pairs_and_their_order():
    assert corpus_fingerprint(PAIRS) == corpus_fingerprint([tuple(p) for p in PAIRS])
    assert len({corpus_fingerprint(p) for p in (PAIRS, PAIRS[::-1], PAIRS[:-1])}) == 3


# Several translations, and more training


def test_the_best_translations_are_those_of_the_beam_in_its_order(translator):
    few = translator.translate(["anna sings.", "", "ben never reads today."], beam_width=4, num_best=3)
    assert [len(translations) for translations in few] == [3, 1, 3] and few[1] == [""]
    X, valid_len = translator._encode([tokenize("anna sings.")])
    (found,) = beam_search(translator.model, X, valid_len, max_steps=12, width=4, num_best=3)
    assert few[0] == [" ".join(translator.target_vocab.decode(h.ids)) for h in found]
    assert translator.translate("anna sings.", beam_width=4, num_best=3) == few[0]
    assert translator.translate("anna sings.", beam_width=1, num_best=1) == [translator.translate("anna sings.")]
    for wrong in (0, 5, 1.5):
        with pytest.raises(ValueError, match=f"num_best is {wrong}; a beam of width 4 finds 1 to 4"):
            translator.translate("anna sings.", beam_width=4, num_best=wrong)


def test_a_loaded_translator_goes_on_from_its_weights(model_folder):
    loaded = Translator.load(model_folder, device="cpu")
    last = loaded.history.train_loss[-1]
    history = loaded.train_more(PAIRS, replace(BRIEFLY, epochs=1, lr=1e-4), progress=False)
    assert history is loaded.history and len(history.train_loss) == 1
    assert history.train_loss[0] < last + 0.1  # not from the beginning: there it is above 1
    assert (
        loaded.train_config.lr == 1e-4 and loaded.corpus == f"{corpus_fingerprint(PAIRS)}+{corpus_fingerprint(PAIRS)}"
    )


def test_new_pairs_are_learnt_with_the_words_that_there_are(tmp_path):
    learner = Translator.train(PAIRS[:20], MODEL, replace(TRAINING, epochs=25), progress=False)
    vocab = learner.target_vocab
    swapped = [(source, target.replace("chante", "dort")) for source, target in PAIRS[:20]]
    learner.train_more([*swapped, ("zebra", "zèbre")], replace(TRAINING, val_fraction=0.0), progress=False)
    assert learner.translate("anna sings.") == "anna dort ."
    assert learner.target_vocab is vocab and "zèbre" not in vocab
    learner.save(tmp_path)
    assert Translator.load(tmp_path).translate("anna sings.") == "anna dort ."


def test_by_default_the_same_settings_hold_the_same_sources_out(monkeypatch):
    learner = Translator.train(PAIRS, TINY, replace(BRIEFLY, epochs=1), progress=False)
    splits = []
    monkeypatch.setattr(Trainer, "fit", lambda self, **how: splits.append(self.val_data.source.tolist()) or History())
    learner.train_more(PAIRS)
    Translator.train(PAIRS, TINY, replace(BRIEFLY, epochs=1))
    assert splits[0] == splits[1]


def test_more_training_that_fails_leaves_the_translator_as_it_was(monkeypatch):
    learner = Translator.train(PAIRS, TINY, replace(BRIEFLY, epochs=1), progress=False)
    before, history = digest(learner.model), learner.history
    step = Trainer.step

    def full(self, batch):
        step(self, batch)
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(Trainer, "step", full)
    with pytest.raises(MemoryError, match="try batch_size=4"):
        learner.train_more(PAIRS, progress=False)
    assert digest(learner.model) == before and learner.history is history
