"""Gate microscope and what was written when: their laws, on the data that the pictures are drawn from."""

import re

import pytest
import torch

from seq2seq_lessons import inspection
from seq2seq_lessons.decoder import Seq2SeqDecoder
from seq2seq_lessons.explorers import gates as module
from seq2seq_lessons.explorers.encoding import unit_influence
from seq2seq_lessons.explorers.gates import gate_microscope, written_when
from seq2seq_lessons.inspection import influence
from seq2seq_lessons.text import Vocab
from tests.toy import random_translator

VOCAB = Vocab(list("abcdefg"))
SENTENCE = "a b c d"
TOKENS = ["a", "b", "c", "d", "<eos>"]
FORCED = {"free": {}, "z = 1": {"update": 1.0}, "z = 0": {"update": 0.0}, "r = 0": {"reset": 0.0}}
LAWS = {
    "free": "free: these are the states that nn.GRU computes",
    "z = 1": "z = 1 holds: h is h0 at every word, in every unit",
    "z = 0": "z = 0 writes: h is n at every word, in every unit",
    "r = 0": "r = 0: n follows from the word read and the biases, whatever h was",
}
SUM = "the shares sum to 1, and Σ share · n + the start's share · h0 is the final state"


def translator(seed=1):
    return random_translator(Seq2SeqDecoder, VOCAB, num_steps=7, seed=seed)


def ids(tokens=TOKENS):
    return torch.tensor([VOCAB.encode(tokens)])


@torch.no_grad()
def by_hand(rnn, x, reset=None, update=None):
    """r, z, n, h of the top layer (steps, units), h from h0 on, written out from the weights."""
    for layer in range(rnn.num_layers):
        W, U, b, c = (
            getattr(rnn, f"{name}_l{layer}").chunk(3) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        h, rows = torch.zeros(rnn.hidden_size), []
        states = [h]
        for step in x:
            r, z = (torch.sigmoid(W[k] @ step + b[k] + U[k] @ h + c[k]) for k in (0, 1))
            r, z = (gate if to is None else torch.full_like(gate, to) for gate, to in ((r, reset), (z, update)))
            n = torch.tanh(W[2] @ step + b[2] + r * (U[2] @ h + c[2]))
            h = (1 - z) * n + z * h
            rows.append((r, z, n))
            states.append(h)
        x = states[1:]
    return *(torch.stack(part) for part in zip(*rows, strict=True)), torch.stack(states)


@pytest.fixture
def drawn(monkeypatch):
    """Every picture made, in order."""
    pictures = []

    def recorded(draw):
        def draw_and_keep(*args, **named):
            pictures.append(draw(*args, **named))
            return pictures[-1]

        return draw_and_keep

    for name in ("gate_lines", "written_bars"):
        monkeypatch.setattr(module, name, recorded(getattr(module, name)))
    return pictures


def lines(picture):
    """What each line of the gate picture shows, by the first letter of its label; and h if free."""
    shown = {}
    for ax in picture.axes:
        colours = {text.get_color(): text.get_text() for text in ax.texts}
        shown |= {colours[line.get_color()]: torch.as_tensor(line.get_ydata()) for line in ax.lines}
    return {("free" if "free" in name else name[0]): values for name, values in shown.items()}


def test_at_every_position_the_lines_are_the_gates_and_the_laws_hold(drawn):
    subject = translator()
    made = gate_microscope(subject, SENTENCE)
    rnn = subject.model.encoder.rnn
    x = subject.model.encoder.embedding(ids())[0].detach()
    own_states = subject.model.encoder(ids())[0][:, 0].detach()
    for number, (name, forced) in enumerate(FORCED.items()):
        r, z, n, h = by_hand(rnn, x, **forced)
        for unit in (0, 2, 6):
            for step in (1, 3, 5):
                frame = made.set(unit, number, step)
                assert frame.law.line == f"✓ {LAWS[name]}"
                shown = lines(drawn[0])
                for letter, part in zip("rznh", (r, z, n, h), strict=True):
                    torch.testing.assert_close(shown[letter], part[:, unit], rtol=0, atol=1e-5)
                torch.testing.assert_close(shown["free"][1:], own_states[:, unit], rtol=0, atol=1e-5)
                if name == "z = 1":
                    assert (shown["h"] == 0).all()
                if name == "z = 0":
                    assert torch.equal(shown["h"][1:], shown["n"])
                assert frame.status.startswith(f"Unit {unit}, {name}, '{TOKENS[step - 1]}': h = ")
                numbers = [float(number) for number in re.findall(r"-?\d\.\d\d", frame.status.replace("−", "-"))]
                expected = torch.stack([1 - z[step - 1], n[step - 1], z[step - 1], h[step - 1], h[step]])[:, unit]
                assert numbers == pytest.approx(expected.tolist(), abs=0.0051)


def test_it_begins_free_at_a_step_that_keeps_against_its_candidate(drawn):
    """Of all units, the one for which both the best keeping and the best writing are large; at its best keeping."""
    subject = translator(seed=3)
    made = gate_microscope(subject, SENTENCE)
    _, z, n, h = by_hand(subject.model.encoder.rnn, subject.model.encoder.embedding(ids())[0].detach())
    apart = (n - h[:-1]).abs()
    keeps, writes = z * apart, (1 - z) * apart
    scores = [min(keeps[:, unit].max(), writes[:, unit].max()) for unit in range(7)]
    unit, forced, step = made.start
    assert unit == max(range(7), key=lambda u: scores[u]) and forced == 0
    assert step == int(keeps[:, unit].argmax()) + 1
    assert gate_microscope(subject, SENTENCE, unit=2).start == (2, 0, int(keeps[:, 2].argmax()) + 1)


@pytest.mark.parametrize("name", FORCED)
def test_each_law_is_broken_by_its_own_run_alone(monkeypatch, name):
    true = module.gates

    def wrong(rnn, X, **forced):
        layers = true(rnn, X, **forced)
        if forced == FORCED[name]:
            nudge = torch.zeros_like(layers[-1].states)
            nudge[-1, 0, -1] = 1e-3  # the last step of the last unit
            layers[-1] = layers[-1]._replace(states=layers[-1].states + nudge, candidate=layers[-1].candidate - nudge)
        return layers

    monkeypatch.setattr(module, "gates", wrong)
    made = gate_microscope(translator(), SENTENCE)
    for number, other in enumerate(FORCED):
        line = made.set(0, number, 1).law.line
        assert line == f"{'✗' if other == name else '✓'} {LAWS[other]}"


@pytest.mark.parametrize("layer", [0, 1])
def test_the_law_of_r_looks_at_every_layer(monkeypatch, layer):
    true = module.gates

    def wrong(rnn, X, **forced):
        layers = true(rnn, X, **forced)
        if forced:
            layers[layer] = layers[layer]._replace(candidate=layers[layer].candidate + 1e-3)
        return layers

    monkeypatch.setattr(module, "gates", wrong)
    assert gate_microscope(translator(), SENTENCE).set(0, 3, 1).law.line.startswith("✗")


def test_bars_are_shares_and_influence_and_the_law_holds(drawn):
    subject = translator()
    others = ["b", "c", "e", "g"]
    made = written_when(subject, SENTENCE, replacements=others)
    _, z, n, h = by_hand(subject.model.encoder.rnn, subject.model.encoder.embedding(ids())[0].detach())
    shares = torch.stack([z.prod(0), *((1 - z[t]) * z[t + 1 :].prod(0) for t in range(5))])
    moves = []
    for t in range(5):
        final = [
            subject.model.encoder(ids([*TOKENS[:t], word, *TOKENS[t + 1 :]]))[0][-1, 0].detach()
            for word in others
            if word != TOKENS[t]
        ]
        moves.append(torch.stack(final) - h[-1])
    by_unit = torch.stack([move.abs().mean(0) for move in moves])
    lengths = torch.stack([move.norm(dim=1).mean() for move in moves])
    named = ["the start", *(f"'{token}'" for token in TOKENS)]
    for over, picture in enumerate(drawn):
        for unit in (0, 3, 6):
            frame = made.set(unit, over)
            written, moved = (shares.mean(1), lengths) if over else (shares[:, unit], by_unit[:, unit])
            for ax, expected in zip(picture.axes, (written, moved), strict=True):
                heights = torch.tensor([float(bar.get_height()) for bar in ax.patches])
                torch.testing.assert_close(heights, expected, rtol=0, atol=1e-5)
            assert picture.axes[1].get_ylim()[1] >= moved.max()
            assert frame.law.line == f"✓ {SUM}" and frame.alt == picture.alt
            assert (
                frame.status == f"{'Mean over units' if over else f'Unit {unit}'}: most was written at "
                f"{named[int(written.argmax())]} ({written.max():.0%}); most influence: "
                f"{named[int(moved.argmax()) + 1]}. Written at that step, not about that word."
            )
    assert {picture.css_size for picture in drawn} == {drawn[0].css_size}


def test_influence_by_unit_is_the_packages_unit_by_unit():
    """In a model of which one unit of the final state can move, the length is that unit's change."""
    subject = translator()
    true = subject.model.encoder.forward

    def one_unit(X, valid_len=None):
        output, state = true(X, valid_len)
        return output * torch.eye(7)[3], state

    subject.model.encoder.forward = one_unit
    expected = torch.zeros(5, 7)
    expected[:, 3] = influence(subject.model.encoder, ids(), [4, 5, 8])
    torch.testing.assert_close(unit_influence(subject, ids(), [4, 5, 8]), expected, rtol=0, atol=1e-6)
    torch.testing.assert_close(
        unit_influence(subject, ids(), [4]),
        torch.vstack([torch.zeros(1, 7), unit_influence(subject, ids(), [4])[1:]]),
        rtol=0,
        atol=0,
    )  # a word has no other to be replaced by


def test_left_out_replacements_are_the_most_frequent_words(monkeypatch):
    asked = []
    monkeypatch.setattr(
        module, "influence", lambda encoder, X, ids: asked.append(list(ids)) or influence(encoder, X, ids)
    )
    written_when(translator(), SENTENCE)
    assert asked == [VOCAB.encode(list("abcdefg"))]
    monkeypatch.setattr(module, "REPLACEMENTS", 3)
    written_when(translator(), SENTENCE)
    assert asked[1:] == [VOCAB.encode(list("abc"))]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_begins_at_a_unit_in_which_share_and_influence_differ_most(drawn, seed):
    made = written_when(translator(seed), SENTENCE)

    def differ(unit):
        made.set(unit, 0)
        shares, moves = ([bar.get_height() for bar in ax.patches] for ax in drawn[0].axes)
        strongest = max(range(5), key=lambda t: moves[t])
        return (max(shares[1:]) - shares[1 + strongest]) * moves[strongest]

    assert made.start == (max(range(7), key=differ), 0) and differ(made.start[0]) > 0
    assert written_when(translator(), SENTENCE, unit=4).start == (4, 0)


@pytest.mark.parametrize("part", ["shares", "writes", "initial_share"])
def test_the_law_of_the_ledger_is_broken(monkeypatch, part):
    true = module.memory_ledger

    def wrong(run):
        ledger = true(run)
        nudged = getattr(ledger, part).clone()
        nudged.view(-1)[-1] += 1e-2
        return ledger._replace(**{part: nudged})

    monkeypatch.setattr(module, "memory_ledger", wrong)
    monkeypatch.setattr(
        module, "written_bars", lambda shares, *args, **named: true_bars(shares / shares.sum(dim=0), *args, **named)
    )
    made = written_when(translator(), SENTENCE)
    assert made.first_frame.law.line == f"✗ {SUM}"


true_bars = module.written_bars


@pytest.mark.parametrize("make", [gate_microscope, written_when])
def test_stored_words_do_not_depend_on_the_weights(make, painted):
    stored = []
    for seed in (1, 2):
        made = make(translator(seed), SENTENCE)
        data, metadata = made._repr_mimebundle_()
        assert metadata["image/png"]["alt"] == made.first_frame.alt and len(made.first_frame.alt) > 100
        stored.append(data["text/plain"])
        made.close()
    assert stored[0] == stored[1] and "a b c d <eos>" in stored[0] and "unit 0 to 6" in stored[0]


@pytest.mark.parametrize("make", [gate_microscope, written_when])
def test_it_refuses_and_leaves_the_model_in_its_mode(make):
    subject = translator()
    subject.model.encoder.rnn.dropout = 0.5
    subject.model.train()
    assert make(subject, SENTENCE).holds and subject.model.training
    with pytest.raises(ValueError, match="no token to read"):
        make(subject, " ")
    for unit in (-1, 7):
        with pytest.raises(ValueError, match=f"'unit' is {unit}; expected a whole number from 0 to 6"):
            make(subject, SENTENCE, unit=unit)


KINDS = {"one": ["a b c", "a b d", "a b e", "a c"], "two": ["b b c", "b b d", "b b e", "b c", "g"]}
PATHS = ["a b f", "a d f", "b e g"]
MAP_LAW = "the map never moves; no sentence is nearer, over all units, than those joined"


@pytest.fixture
def mapped(monkeypatch):
    """The map pictures and what they were made of."""
    calls = []

    def recorded(*args, draw=module.map_paths, **named):
        calls.append((args, draw(*args, **named)))
        return calls[-1][1]

    monkeypatch.setattr(module, "map_paths", recorded)
    return calls


def test_the_map_shows_final_states_and_the_paths_true_neighbours(mapped, painted):
    subject = translator()
    made = module.state_map(subject, KINDS, PATHS)
    (((points, groups, explained, paths, tokens, nearest), picture),) = mapped

    def states(sentence):
        return subject.model.encoder(ids([*sentence.split(), "<eos>"]))[0][:, 0].detach()

    texts = [text for own in KINDS.values() for text in own]
    finals = torch.stack([states(text)[-1] for text in texts])
    expected = inspection.state_map(finals)
    torch.testing.assert_close(torch.as_tensor(points), expected.points, rtol=0, atol=1e-5)
    assert groups == ["one"] * 4 + ["two"] * 5 and explained == pytest.approx(expected.explained.tolist())
    assert tokens == [[*path.split(), "<eos>"] for path in PATHS]
    for (step, number, count), frame in made.frames.items():
        here = states(PATHS[number])[step - 1]
        torch.testing.assert_close(paths[number][step - 1], expected.project(here[None])[0], rtol=0, atol=1e-5)
        order = sorted(range(len(texts)), key=lambda i: float((finals[i] - here).norm()))
        assert nearest[number][step - 1].tolist() == order[:5]
        flat = min(range(len(texts)), key=lambda i: float((expected.points[i] - paths[number][step - 1]).norm()))
        assert (
            frame.status == f"Step {step} of 4, '{tokens[number][step - 1]}': nearest over all units "
            f"'{texts[order[0]]}', on the map '{texts[flat]}'"
        )
        assert frame.law.line == f"✓ {MAP_LAW}"
        assert frame.alt == picture.show((number, step, (1, 3, 5)[count])).alt
    assert made.start == (2, 1, 1)
    assert (
        "Controls: step 1 to 4; sentence: a b f | a d f | b e g; nearest: 1 | 3 | 5"
        in made._repr_mimebundle_()[0]["text/plain"]
    )


def test_the_maps_law_is_broken_by_wrong_neighbours_and_by_a_map_that_is_not_theirs(monkeypatch):
    far_first = torch.Tensor.argsort
    with monkeypatch.context() as patch:
        patch.setattr(torch.Tensor, "argsort", lambda self, dim, stable: far_first(-self, dim=dim, stable=stable))
        assert {frame.law.line for frame in module.state_map(translator(), KINDS, PATHS).frames.values()} == {
            f"✗ {MAP_LAW}"
        }

    def third_is_wrong(self, dim, stable):
        order = far_first(self, dim=dim, stable=stable)
        order[:, [2, 6]] = order[:, [6, 2]]
        return order

    with monkeypatch.context() as patch:
        patch.setattr(torch.Tensor, "argsort", third_is_wrong)
        holds = {(at[2], frame.law.holds) for at, frame in module.state_map(translator(), KINDS, PATHS).frames.items()}
    assert holds == {(0, True), (1, False), (2, False)}
    true = inspection.state_map
    monkeypatch.setattr(inspection, "state_map", lambda states: true(states)._replace(points=true(states).points + 1))
    assert not module.state_map(translator(), KINDS, PATHS).holds


def test_the_maps_stored_words_do_not_depend_on_the_weights():
    stored = {module.state_map(translator(seed), KINDS, PATHS)._repr_mimebundle_()[0]["text/plain"] for seed in (1, 2)}
    assert len(stored) == 1


@pytest.mark.parametrize(
    "kinds, paths, words",
    [
        (KINDS, PATHS[:1], "two or three"),
        (KINDS, [*PATHS, "a"], "two or three"),
        (KINDS, ["a b", "a"], "equally many"),
        ({"one": ["a b c"] * 5}, PATHS, "make no map"),
        (KINDS, [" ", "a"], "no token to read"),
    ],
)
def test_the_map_refuses(kinds, paths, words):
    with pytest.raises(ValueError, match=words):
        module.state_map(translator(), kinds, paths)
