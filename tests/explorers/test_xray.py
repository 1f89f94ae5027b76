"""The X-ray's Python: what it refuses, what it sends, how units are arranged; its laws are in tests/browser."""

import re

import numpy as np
import pytest
import torch

from seq2seq_lessons.config import ModelConfig
from seq2seq_lessons.explorers import xray
from seq2seq_lessons.explorers.arranging import arrange, grid_columns, seen_states
from seq2seq_lessons.explorers.modules import script
from seq2seq_lessons.explorers.xray import MODULES, SWITCHES, first_sentence, packed, page_state
from seq2seq_lessons.explorers.xray_still import follow, still_of
from seq2seq_lessons.support.results.contexts import DriftingDecoder
from tests.toy import BRIEFLY, PAIRS, Translator


@pytest.mark.parametrize("setting", [{"cell": "lstm"}, {"bidirectional": True}, {"attention": True}])
def test_another_kind_of_model_is_refused_in_words(setting):
    other = Translator.train(PAIRS[:8], ModelConfig(4, 6, **setting), BRIEFLY, progress=False)
    ((name, value),) = setting.items()
    with pytest.raises(
        ValueError, match=f"GRU encoder-decoder, of any sizes.* this one has {name}={value!r}: train with"
    ):
        xray(other)


def test_what_it_lacks_is_said(translator):
    with pytest.raises(ValueError, match=r"switches has \['beam'\]; expected some of 'step', 'sentence'"):
        xray(translator, switches=["beam"])
    with pytest.raises(ValueError, match="no token"):
        xray(translator, "  ")
    with pytest.raises(ValueError, match="step is 99; this sentence has the steps 1 to"):
        xray(translator, step=99)


def test_the_first_sentence_is_of_the_translators_own_words(translator):
    assert all(word in translator.source_vocab for word in first_sentence(translator).split())
    shown = xray(translator)
    assert shown.picture.sentence == first_sentence(translator)
    assert shown.picture.step == shown.picture.num_steps
    shown.close()


def test_numbers_are_packed_to_half_their_size():
    matrix, row = torch.randn(5, 7) * torch.tensor([1e-3, 1.0, 3.0, 0.0, 50.0])[:, None], torch.randn(4)
    assert np.frombuffer(packed([matrix, row], "float32"), np.float32).tolist() == [*matrix.flatten(), *row]
    sent = packed([matrix, row], "int16")
    whole, scales = np.frombuffer(sent[: 2 * 39], np.int16), np.frombuffer(sent[2 * 39 :], np.float32)
    assert len(scales) == 6
    back = whole[:35].reshape(5, 7) * scales[:5, None]
    assert (np.abs(back - matrix.numpy()) <= np.abs(matrix.numpy()).max(axis=1, keepdims=True) / 65000).all()
    assert np.abs(whole[35:] * scales[5] - row.numpy()).max() < 1e-4


@pytest.mark.parametrize(("units", "columns"), [(256, 16), (128, 16), (32, 8), (7, 3), (1, 1), (13, 4)])
def test_a_grid_is_as_square_as_it_gets(units, columns):
    assert grid_columns(units) == columns


def test_units_that_behave_alike_stand_together():
    chance = torch.Generator().manual_seed(0)
    causes = torch.randn(500, 4, generator=chance)
    group = torch.arange(64) % 4  # by their numbers no two neighbours are of one group
    states = causes[:, group] + 0.1 * torch.randn(500, 64, generator=chance)
    order = arrange(states, 8)
    assert sorted(order) == list(range(64))
    grid = group[torch.tensor(order)].reshape(8, 8)
    alike = torch.cat(((grid[:, 1:] == grid[:, :-1]).flatten(), (grid[1:] == grid[:-1]).flatten())).float().mean()
    assert alike > 0.7
    assert arrange(states, 8) == order
    assert arrange(torch.zeros(5, 3), 2) and arrange(torch.randn(5, 1), 1) == [0]  # units that never move; one unit


def test_states_are_those_of_the_sentences(translator):
    sentences = [pair.source for pair in PAIRS[::9]]
    traces = [translator.trace(sentence) for sentence in sentences]
    expected = sum(len(trace.encoder_states) + len(trace.steps) for trace in traces)
    states = seen_states(translator, sentences)
    assert states.shape == (2, expected, 32)
    one = torch.cat(
        [trace.encoder_states for trace in traces] + [step.hidden[None] for t in traces for step in t.steps]
    )
    assert torch.allclose(states.sum(dim=1), one.sum(dim=0), atol=1e-3)
    assert len(seen_states(translator)[0]) > 1000  # drawn from its vocabulary where none are given


def test_the_step_is_linked_in_the_browser(translator):
    shown = xray(translator, switches=("step", "context"), step=2)
    play, slider = shown.children[0].children
    assert (slider.min, slider.max, slider.value) == (1, shown.picture.num_steps, 2)
    links = {(link.source[1], type(link.target[0]).__name__, link.target[1]) for link in shown._links}
    assert links == {
        (a, kind, b) for kind in ("Play", "IntSlider") for a, b in (("step", "value"), ("num_steps", "max"))
    }
    assert shown.picture.switches == ["step", "context"]
    shown.close()
    assert shown.picture.comm is None and slider.comm is None and all(link.comm is None for link in shown._links)
    without = xray(translator, switches=("context",))
    assert without.children == (without.picture,)
    without.close()


def test_python_turns_the_switches(translator):
    shown = xray(translator)
    shown.picture.context = "drifting"
    with pytest.raises(Exception, match="drifting"):
        shown.picture.context = "elsewhere"
    shown.close()


def test_stored_words_do_not_depend_on_the_weights(translator):
    shown = xray(translator, "anna sings .")
    stored = shown._repr_mimebundle_()[0]["text/plain"]
    assert "anna sings" in stored and not re.search(r"\d", stored)
    assert all(switch in stored for switch in SWITCHES)
    shown.close()


def test_the_files_make_one_module():
    joined = script(*MODULES)
    assert not re.search(r"^import |^export (?!default)", joined, re.MULTILINE)
    assert joined.count("export default") == 1
    names = re.findall(r"^(?:async )?(?:function\*?|const|let) (\w+)", joined, re.MULTILINE)
    assert len(names) == len(set(names)) > 40  # what has the same name in two files would break the module
    assert "innerHTML" not in joined and not re.search(r"\son\w+=", joined)


def test_the_page_gets_pytorchs_own_trace(translator):
    state = page_state(translator, "anna sings .")
    trace = translator.trace("anna sings .")
    states = np.frombuffer(state["traced"], np.float32).reshape(-1, 2, 32)
    assert (states[: len(trace.source_tokens)] == trace.encoder_states.numpy()).all()
    assert (states[-1] == trace.steps[-1].hidden.numpy()).all()
    assert translator.target_vocab.decode(state["traced_ids"]) == [step.token for step in trace.steps]


def test_a_sentence_is_decoded_once_for_the_page_and_once_for_the_still(translator, monkeypatch):
    decoded, write = [], Translator.write
    monkeypatch.setattr(Translator, "write", lambda self, *args, **how: decoded.append(1) or write(self, *args, **how))
    shown = xray(translator, "anna sings .")
    assert len(decoded) == 1
    shown._repr_mimebundle_()
    assert len(decoded) == 2
    shown.close()


# The still picture follows the traits.


def followed(translator, **traits):
    shown = xray(translator, "anna sings .")
    for name, value in traits.items():
        setattr(shown.picture, name, value)
    trace = follow(translator, shown.picture)
    shown.close()
    return trace


def test_a_still_has_the_numbers_of_the_trace_and_skipped_pads_change_none(translator):
    trace = translator.trace("anna sings .")
    for traits in ({}, {"pads": 2}):
        still = followed(translator, **traits)
        assert torch.equal(still.encoder_states, trace.encoder_states)
        assert [step.token for step in still.steps] == [step.token for step in trace.steps]
        assert torch.allclose(still.steps[-1].hidden, trace.steps[-1].hidden, atol=1e-6)
        assert still.source_tokens == trace.source_tokens + ["<pad>"] * traits.get("pads", 0)


def test_pads_that_are_read_have_states_and_reach_the_decoder(translator):
    trace, still = translator.trace("anna sings ."), followed(translator, pads=2, skip_pads=False)
    assert len(still.encoder_states) == len(trace.encoder_states) + 2
    assert not torch.allclose(still.steps[0].hidden, trace.steps[0].hidden, atol=1e-4)


def test_a_drifting_still_is_the_drifting_decoders(translator):
    still = followed(translator, context="drifting")
    model, state = translator.model, translator.read("anna sings .")
    drifting = DriftingDecoder(len(translator.target_vocab), 16, 32, 2)
    drifting.load_state_dict(model.decoder.state_dict())
    for step in still.steps:
        fed = torch.tensor([translator.target_vocab.encode([step.fed])])
        with torch.no_grad():
            _, state = drifting.eval()(fed, state)
        assert torch.allclose(state.hidden[:, 0], step.hidden, atol=1e-6)
    without = followed(translator, context="none")
    assert not torch.allclose(without.steps[0].hidden, still.steps[0].hidden, atol=1e-4)


def test_a_still_is_drawn_from_the_traits_as_they_are_when_it_is_asked_for(translator):
    shown = xray(translator, "anna sings .")

    def drawn():
        picture = shown._draw()
        about = shown._repr_mimebundle_()[1]["image/png"]
        assert about["alt"] == picture.alt
        return picture.alt, *sorted(a.get_text() for a in picture.axes[0].texts), len(picture.axes[0].get_children())

    seen = [drawn()]
    for name, value in {"labels": "shapes", "step": 2, "pads": 1, "context": "none", "sentence": "ben sings ."}.items():
        setattr(shown.picture, name, value)
        seen.append(drawn())
    assert len(set(seen)) == len(seen)
    words = {text.get_text() for text in still_of(translator, shown.picture).axes[0].texts}
    assert {"(1, 1, 32)", "ben", "<pad>"} <= words
    shown.close()
