"""Training: laws 8 and 9, splits, schedule, clipping, best weights, the ways a run can end."""

import math
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from seq2seq_lessons import free_running, training
from seq2seq_lessons.config import ARTICLE, ARTICLE_MODEL, ModelConfig, TrainConfig
from seq2seq_lessons.decoder import Seq2SeqDecoder
from seq2seq_lessons.loss import MaskedSoftmaxCELoss
from seq2seq_lessons.model import EncoderDecoder, build_model
from seq2seq_lessons.plots import loss_curve
from seq2seq_lessons.support import progress
from seq2seq_lessons.support.checkpoint import Checkpoint
from seq2seq_lessons.teacher_forcing import decoder_input
from seq2seq_lessons.text import Batch, Vocab, batches
from seq2seq_lessons.training import History, Trainer, evaluate_loss, train_seq2seq
from seq2seq_lessons.translator import Translator
from tests.toy import BRIEFLY, PAIRS, TINY, assert_same, digest, random_batch

CURVES = ("train_loss", "val_loss", "clipped", "best_epoch")


# the model of the lessons, and each thing that can be put in its place (lesson 13)
SWAPS = ({}, {"cell": "lstm"}, {"bidirectional": True}, {"attention": True})


def tiny_model(seed: int = 0, dropout: float = 0.0, **swap):
    torch.manual_seed(seed)
    return build_model(replace(TINY, dropout=dropout, **swap), 12, 15)


def tiny_data(model, num_pairs: int = 20, seed: int = 0) -> Batch:
    g = torch.Generator().manual_seed(seed)
    source_len, target_len = (torch.randint(1, 7, (num_pairs,), generator=g).tolist() for _ in range(2))
    return random_batch(model, source_len, target_len, seed)


def trainer(model, data: Batch, config: TrainConfig, optimizer: torch.optim.Optimizer | None = None) -> Trainer:
    """A trainer, with another optimizer than the package's if one is given."""
    made = Trainer(model, data, config)
    made.optimizer = optimizer or made.optimizer
    return made


def at_epoch(training_run: Trainer, number: int) -> Trainer:
    """The trainer as it is after so many epochs, as far as the next one's random numbers are concerned."""
    training_run.history.train_loss = [1.0] * number
    return training_run


def sgd(model, lr: float = 1.0) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=lr)


def train_tiny(config: TrainConfig = BRIEFLY, **how) -> Translator:
    return Translator.train(PAIRS, TINY, config, progress=False, **how)


def assert_same_run(one: Translator, other: Translator) -> None:
    assert digest(one.model) == digest(other.model)
    for name in CURVES:
        assert getattr(one.history, name) == getattr(other.history, name)


def stop_after_two(history: History) -> None:
    if len(history.train_loss) == 2:
        raise KeyboardInterrupt


def interrupt_at_step(monkeypatch, number: int):
    """Ctrl-C in the middle of a batch: after its gradient is known, before the weights change."""
    calls = iter(range(number, -1, -1))

    def clip_or_interrupt(*args):
        if next(calls, None) == 0:
            raise KeyboardInterrupt
        return torch.nn.utils.clip_grad_norm_(*args)

    monkeypatch.setattr(training, "clip_grad_norm_", clip_or_interrupt)


# Law 8


def test_law_8_the_same_seed_trains_the_same_model_and_leaves_the_callers_random_numbers_alone():
    torch.manual_seed(1)
    first = train_tiny()
    torch.manual_seed(2)
    state = torch.get_rng_state()
    second = train_tiny()
    assert torch.equal(torch.get_rng_state(), state)
    assert_same_run(first, second)
    assert digest(first.model) != digest(train_tiny(replace(BRIEFLY, seed=1)).model)


def test_law_8_another_process_trains_the_same_model():
    code = (
        f"import torch; torch.set_num_threads({torch.get_num_threads()})\n"
        "from tests.test_training import digest, train_tiny\n"
        "print(digest(train_tiny().model))"
    )
    root = Path(__file__).parents[1]
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == digest(train_tiny().model)


@pytest.mark.parametrize("val_fraction", [0.0, 0.3])
@pytest.mark.parametrize(
    "changes",
    [
        {"schedule": "constant"},
        {"label_smoothing": 0.1},
        {"teacher_forcing": 0.5},
        {"teacher_forcing": [1.0, 0.5, 0.2], "teacher_forcing_per": "sentence"},
    ],
    ids=str,
)
def test_law_8_stopped_between_epochs_and_resumed_is_not_stopped(tmp_path, val_fraction, changes):
    config = replace(BRIEFLY, val_fraction=val_fraction, **changes)
    stopped = train_tiny(config, on_epoch=stop_after_two, checkpoint=tmp_path)
    assert stopped.history.stopped == "interrupted" and len(stopped.history.train_loss) == 2
    assert_same_run(train_tiny(config, checkpoint=tmp_path, resume=True), train_tiny(config))


@pytest.mark.parametrize("steps", [(3,), (7,), (6, 2), (1, 1, 11)])
def test_law_8_stopped_inside_a_batch_and_resumed_is_not_stopped(tmp_path, monkeypatch, steps):
    def run():
        return train_tiny(checkpoint=tmp_path, resume="auto")

    for number in steps:  # stopped once or several times, also before the first epoch's end
        with monkeypatch.context() as patched:
            interrupt_at_step(patched, number)
            assert run().history.stopped == "interrupted"
    resumed = run()
    assert resumed.history.stopped == "epochs"
    assert_same_run(resumed, train_tiny())


def test_resuming_a_finished_run_changes_nothing(tmp_path):
    finished = train_tiny(checkpoint=tmp_path)
    assert_same_run(train_tiny(checkpoint=tmp_path, resume=True), finished)


def test_resuming_a_run_that_ran_out_of_patience_changes_nothing(tmp_path, monkeypatch):
    losses = iter([1.0, 2.0, 3.0, 0.5])
    monkeypatch.setattr(training, "evaluate_loss", lambda *args: next(losses))
    config = replace(BRIEFLY, patience=2)
    finished = train_tiny(config, checkpoint=tmp_path)
    assert finished.history.stopped == "patience" and finished.history.val_loss == [1.0, 2.0, 3.0]
    resumed = train_tiny(config, checkpoint=tmp_path, resume=True)
    assert resumed.history.stopped == "patience"
    assert_same_run(resumed, finished)


def test_more_epochs_another_device_or_patience_may_be_given_on_resuming(tmp_path):
    train_tiny(checkpoint=tmp_path)
    longer = replace(BRIEFLY, epochs=6, device="auto", patience=50, time_limit_s=1e6)
    resumed = train_tiny(longer, checkpoint=tmp_path, resume=True).history
    assert len(resumed.train_loss) == 6 and resumed.stopped == "epochs"


def test_a_checkpoint_is_not_replaced_unasked(tmp_path):
    trained = train_tiny(checkpoint=tmp_path)
    with pytest.raises(FileExistsError, match="holds the checkpoint of a run: go on from it with resume=True"):
        train_tiny(replace(BRIEFLY, epochs=1), checkpoint=tmp_path)
    assert_same_run(train_tiny(checkpoint=tmp_path, resume=True), trained)


def test_resume_without_a_checkpoint_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="no checkpoint in .* begin a run there without resume"):
        train_tiny(checkpoint=tmp_path, resume=True)
    with pytest.raises(ValueError, match="resume=True needs checkpoint=FOLDER"):
        train_tiny(resume=True)
    with pytest.raises(ValueError, match='resume is .yes.; expected True, False or "auto"'):
        train_tiny(checkpoint=tmp_path, resume="yes")


def test_a_checkpoint_of_other_settings_is_refused_by_name(tmp_path):
    train_tiny(checkpoint=tmp_path)
    with pytest.raises(ValueError, match=r"another run \(lr differ"):
        train_tiny(replace(BRIEFLY, lr=0.01), checkpoint=tmp_path, resume=True)


# each of the first twenty sources with the next one's translation, which has as many words
OTHER_WORDS = [(source, PAIRS[(i + 1) % 20].target) for i, (source, _) in enumerate(PAIRS[:20])] + PAIRS[20:]


@pytest.mark.parametrize("other", [PAIRS[:-1], PAIRS[::-1], OTHER_WORDS], ids=["fewer", "reversed", "other words"])
def test_a_checkpoint_of_other_pairs_is_refused(tmp_path, other):
    train_tiny(checkpoint=tmp_path)
    with pytest.raises(ValueError, match="another run"):
        Translator.train(other, TINY, BRIEFLY, progress=False, checkpoint=tmp_path, resume=True)


def test_a_checkpoint_of_another_model_is_refused(tmp_path):
    train_tiny(checkpoint=tmp_path)
    with pytest.raises(ValueError, match="another run"):
        Translator.train(PAIRS, ModelConfig(5, 7, 2), BRIEFLY, progress=False, checkpoint=tmp_path, resume=True)


# Law 9


@pytest.mark.parametrize("teacher_forcing", [1.0, 0.5])
@pytest.mark.parametrize("swap", SWAPS, ids=str)
def test_law_9_an_epochs_steps_run_on_meta_and_only_the_sums_are_read_after_them(teacher_forcing, swap):
    model = tiny_model(dropout=0.2, **swap).to("meta")
    data = tiny_data(tiny_model()).to("meta")
    sources, fed, steps = [], [], []
    model.encoder.register_forward_pre_hook(lambda _, args: sources.append([a.device.type for a in args]))
    model.decoder.register_forward_pre_hook(lambda _, args: fed.append(args[0].device.type))
    meta = trainer(model, data, replace(BRIEFLY, device="meta", teacher_forcing=teacher_forcing))
    # on meta no number exists: the first one asked for raises
    with pytest.raises(NotImplementedError, match="Cannot copy out of meta tensor"):
        meta.epoch(lambda: steps.append("done"))
    assert steps == ["done"] * 3  # ... which was after the last step
    assert sources == [["meta", "cpu"]] * 3  # the lengths stay on the host
    assert set(fed) == {"meta"} and (len(fed) == 3) == (teacher_forcing == 1)  # one call a batch, or one a step


def test_law_9_the_labels_and_the_sums_are_on_the_device_too(monkeypatch):
    model, seen = tiny_model().to("meta"), []
    data = tiny_data(tiny_model()).to("meta")

    def record(self, batch):
        result = step(self, batch)
        seen.append([*(t.device.type for t in batch), result.device.type])
        return result

    step = Trainer.step
    monkeypatch.setattr(Trainer, "step", record)
    with pytest.raises(NotImplementedError, match="meta"):
        trainer(model, data, replace(BRIEFLY, device="meta")).epoch()
    assert seen == [["meta", "cpu", "meta", "cpu", "meta"]] * 3


class BlockingCopies(TorchDispatchMode):
    """Refuses a copy between host and device that waits until the device has done all it was given."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        if func is torch.ops.aten._to_copy.default and result.device != args[0].device:
            assert kwargs.get("non_blocking"), "a copy to the device waits for it"
        return result


@pytest.mark.parametrize("teacher_forcing", [1.0, 0.5])
@pytest.mark.parametrize("swap", SWAPS, ids=str)
def test_law_9_lengths_and_coins_are_copied_to_the_device_without_waiting_for_it(teacher_forcing, swap):
    model, steps = tiny_model(**swap).to("meta"), []
    data = tiny_data(tiny_model()).to("meta")
    meta = trainer(model, data, replace(BRIEFLY, device="meta", teacher_forcing=teacher_forcing))
    with pytest.raises(AssertionError, match="a copy to the device waits"), BlockingCopies():
        torch.zeros(1).to("meta")
    # the sums, read after the last step, do wait
    with pytest.raises((AssertionError, NotImplementedError), match="meta|waits"), BlockingCopies():
        meta.epoch(lambda: steps.append("done"))
    assert steps == ["done"] * 3


class ReadBacks(TorchDispatchMode):
    """Counts how often a floating-point number is fetched from a tensor, and can refuse it."""

    def __init__(self, allowed: bool):
        super().__init__()
        self.allowed, self.count = allowed, 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func is torch.ops.aten._local_scalar_dense.default and args[0].is_floating_point():
            self.count += 1
            assert self.allowed, "the host waits for a number of the device"
        return func(*args, **(kwargs or {}))


def test_the_guard_against_read_backs_works():
    with pytest.raises(AssertionError, match="the host waits"), ReadBacks(allowed=False):
        float(torch.ones(1) * 2)


@pytest.mark.parametrize("precision", ["float32", "bf16"])
@pytest.mark.parametrize("lengths", [[3, 5, 2, 6, 1, 4, 4, 4], [4] * 8], ids=["packed", "unpadded"])
@pytest.mark.parametrize(
    "changes",
    [{}, {"label_smoothing": 0.1}, {"teacher_forcing": 0.5}, {"word_dropout": 0.5}, {"weight_decay": 0.5}],
    ids=str,
)
@pytest.mark.parametrize("swap", SWAPS, ids=str)
def test_law_9_no_step_reads_back(precision, lengths, changes, swap):
    config = replace(BRIEFLY, batch_size=3, schedule="constant", lr=1e-3, precision=precision, **changes)
    model = tiny_model(dropout=0.2, **swap)
    training_run = trainer(model, random_batch(model, lengths, lengths, seed=0), config)
    before = digest(model)
    with ReadBacks(allowed=False):
        training_run.epoch()
    assert digest(model) != before


def test_validation_reads_back_once(monkeypatch):
    monkeypatch.setattr(training, "EVAL_BATCH_SIZE", 4)
    model = tiny_model()
    with ReadBacks(allowed=True) as read_backs:
        evaluate_loss(model, tiny_data(model))
    assert read_backs.count == 1


# One step, one epoch


def test_a_step_follows_the_gradient_of_the_mean_loss_and_reports_the_sum():
    model = tiny_model().double()
    batch = next(batches(tiny_data(model), 20))
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    logits, _ = model(batch.source, decoder_input(batch.target, 2), batch.source_len)
    loss = MaskedSoftmaxCELoss()(logits, batch.target, batch.target_len)
    gradients = dict(zip(before, torch.autograd.grad(loss, list(model.parameters())), strict=True))
    config = replace(BRIEFLY, clip_norm=1e9)
    reported = trainer(model, batch, config, sgd(model)).step(batch)
    for name, parameter in model.named_parameters():
        assert_same(parameter.detach(), before[name] - gradients[name])
    assert reported.tolist() == pytest.approx([loss.item() * int(batch.target_len.sum()), 0])


def test_weight_decay_takes_a_share_off_every_weight_at_each_step():
    moved = {}
    for decay in (0.0, 0.5):
        model = tiny_model().double()
        before = {name: p.detach().clone() for name, p in model.named_parameters()}
        config = replace(BRIEFLY, lr=0.01, weight_decay=decay)
        batch = next(batches(tiny_data(model), 20))
        trainer(model, batch, config).step(batch)
        moved[decay] = {name: p.detach() - before[name] for name, p in model.named_parameters()}
    for name, weights in before.items():
        assert_same(moved[0.5][name] - moved[0.0][name], -0.01 * 0.5 * weights)


@pytest.mark.parametrize("factor", [1.0, 0.25])
@pytest.mark.parametrize(("torchs", "decay"), [(torch.optim.Adam, 0.0), (torch.optim.AdamW, 0.3)])
def test_the_optimizer_is_torchs_to_the_bit_and_adam_without_weight_decay(torchs, decay, factor):
    config = replace(BRIEFLY, lr=0.01, weight_decay=decay, rnn_lr_factor=factor)
    models = [tiny_model(), tiny_model()]
    named = list(models[0].named_parameters())
    recurrent = {"params": [p for name, p in named if ".rnn." in name], "lr": factor * 0.01}
    others = {"params": [p for name, p in named if ".rnn." not in name]}
    assert recurrent["params"] and others["params"]
    its = torchs([recurrent, others], lr=0.01, weight_decay=decay, fused=True)
    for model, optimizer in zip(models, (its, None), strict=True):
        training_run = trainer(model, tiny_data(model), config, optimizer)
        for batch in batches(tiny_data(model), 4):
            training_run.step(batch)
    assert digest(models[0]) == digest(models[1]) != digest(tiny_model())


def test_a_training_does_not_import_torchs_compiler():
    code = (
        "import sys; from seq2seq_lessons.config import ModelConfig, TrainConfig; "
        "from seq2seq_lessons.translator import Translator; "
        "config = TrainConfig(epochs=1, min_freq=1, val_fraction=0.0, device='cpu'); "
        "Translator.train([('a', 'b'), ('c', 'd')], ModelConfig(4, 4), config, progress=False); "
        "sys.exit('torch._dynamo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_old_gradients_do_not_add_up():
    model = tiny_model()
    batch = next(batches(tiny_data(model), 20))
    for p in model.parameters():
        p.grad = torch.full_like(p, 1e3)
    fresh = tiny_model()
    for m in (model, fresh):
        trainer(m, batch, BRIEFLY, sgd(m)).step(batch)
    assert digest(model) == digest(fresh)


def test_a_long_gradient_is_clipped_and_counted():
    model = tiny_model().double()
    batch = next(batches(tiny_data(model), 20))
    before = torch.nn.utils.parameters_to_vector(model.parameters()).detach()
    config = replace(BRIEFLY, clip_norm=0.01)
    reported = trainer(model, batch, config, sgd(model)).step(batch)
    moved = torch.nn.utils.parameters_to_vector(model.parameters()).detach() - before
    assert moved.norm().item() == pytest.approx(0.01, rel=1e-3)
    assert reported[1] == 1


def test_label_smoothing_changes_the_step_but_not_the_reported_loss():
    steps = {}
    for smoothing in (0.0, 0.3):
        model = tiny_model()
        batch = next(batches(tiny_data(model), 20))
        config = replace(BRIEFLY, label_smoothing=smoothing)
        reported = trainer(model, batch, config, sgd(model)).step(batch)
        steps[smoothing] = reported[0].item(), digest(model)
    assert steps[0.0][0] == pytest.approx(steps[0.3][0])
    assert steps[0.0][1] != steps[0.3][1]


def test_an_epochs_loss_is_per_real_token():
    model = tiny_model()
    data = tiny_data(model)
    loss, clipped, _ = trainer(model, data, replace(BRIEFLY, lr=1e-30, clip_norm=1e-3), sgd(model)).epoch()
    logits, _ = model(data.source, decoder_input(data.target, 2), data.source_len)
    assert loss == pytest.approx(MaskedSoftmaxCELoss()(logits, data.target, data.target_len).item(), rel=1e-5)
    assert loss == pytest.approx(evaluate_loss(model, data), rel=1e-5)
    assert clipped == 1


def test_tokens_per_second_counts_real_target_tokens_and_training_time(monkeypatch):
    now = [0.0]

    def half_a_second(self, batch):
        now[0] += 0.5
        return step(self, batch)

    def slow_validation(*args):
        now[0] += 100
        return 1.0

    step = Trainer.step
    for module in (training, progress):
        monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    monkeypatch.setattr(Trainer, "step", half_a_second)
    monkeypatch.setattr(training, "evaluate_loss", slow_validation)
    model = tiny_model()
    data = tiny_data(model)
    history = train_seq2seq(model, data, replace(BRIEFLY, epochs=2), data, progress=False)
    assert history.tokens_per_s == [pytest.approx(int(data.target_len.sum()) / 1.5)] * 2
    assert history.seconds == [101.5, 203.0]


def test_every_epoch_and_every_seed_has_its_own_order(monkeypatch):
    orders = []
    model, data = tiny_model(), tiny_data(tiny_model())
    monkeypatch.setattr(Trainer, "step", lambda _, batch: orders[-1].append(batch.source.tolist()) or 0)
    for seed, epoch in ((0, 0), (0, 1), (1, 0), (0, 0)):
        orders.append([])
        at_epoch(trainer(model, data, replace(BRIEFLY, seed=seed, batch_size=2)), epoch).epoch()
    assert orders[0] != orders[1] != orders[2] != orders[0] == orders[3]


def test_dropout_acts_while_training_and_not_while_validating():
    model = tiny_model(dropout=0.5)
    data = tiny_data(model)
    modes = []
    model.register_forward_pre_hook(lambda m, _: modes.append(m.training))
    config = replace(BRIEFLY, epochs=2, batch_size=20)
    train_seq2seq(model.eval(), data, config, data, progress=False)
    assert modes == [True, False, True, False]
    assert evaluate_loss(model.train(), data) == evaluate_loss(model.eval(), data)
    evaluate_loss(model.train(), data)
    assert model.training


def test_bf16_comes_close_to_float32():
    losses = {p: train_tiny(replace(BRIEFLY, precision=p)).history for p in ("float32", "bf16")}
    assert losses["bf16"].precision == "bf16" and losses["float32"].precision == "float32"
    assert losses["bf16"].train_loss != losses["float32"].train_loss
    assert losses["bf16"].train_loss == pytest.approx(losses["float32"].train_loss, rel=0.05)


# The run


def learning_rates(monkeypatch, config: TrainConfig) -> list[float]:
    rates = []

    def record(self, batch):
        rates.append(self.optimizer.param_groups[0]["lr"])
        return step(self, batch)

    step = Trainer.step
    monkeypatch.setattr(Trainer, "step", record)
    train_tiny(config)
    return rates


def test_the_learning_rate_rises_then_falls(monkeypatch):
    rates = learning_rates(monkeypatch, replace(BRIEFLY, epochs=20, lr=0.01))
    top = rates.index(max(rates))
    assert 0.009 < rates[top] <= 0.01 and 0 < top <= 0.1 * len(rates)
    assert all(a <= b for a, b in pairwise(rates[: top + 1]))
    assert all(a >= b for a, b in pairwise(rates[top:]))
    assert 0 < rates[0] < 0.002 and 0 < rates[-1] < 0.001


def test_a_constant_schedule_stays(monkeypatch):
    assert set(learning_rates(monkeypatch, replace(BRIEFLY, schedule="constant", lr=0.01))) == {0.01}


def test_with_a_time_limit_the_schedule_follows_the_clock(monkeypatch):
    clock = iter(range(10**6))
    for module in (training, progress):
        monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=lambda: float(next(clock))))
    rates = learning_rates(monkeypatch, replace(BRIEFLY, epochs=10**6, time_limit_s=200.0, lr=0.01))
    assert max(rates) > 0.009 and rates[-1] < 0.001


def test_a_time_limit_ends_the_run_with_a_usable_translator():
    translator = train_tiny(replace(BRIEFLY, epochs=10**6, time_limit_s=0.3))
    history = translator.history
    assert history.stopped == "time limit"
    assert 0.3 <= history.seconds[-1] < 30
    assert len(history.train_loss) == len(history.val_loss) >= 1
    assert isinstance(translator.translate("anna sings."), str)


def test_a_time_limit_shorter_than_an_epoch_cuts_the_epoch(monkeypatch):
    steps, step = [], Trainer.step
    monkeypatch.setattr(Trainer, "step", lambda *args: steps.append(1) or step(*args))
    translator = train_tiny(replace(BRIEFLY, time_limit_s=1e-9))
    assert len(steps) == 1
    assert translator.history.stopped == "time limit" and len(translator.history.train_loss) == 1


def planted_validation(monkeypatch, losses: list[float]) -> None:
    planted = iter(losses)
    monkeypatch.setattr(training, "evaluate_loss", lambda *args: next(planted))


def run_with_digests(config: TrainConfig, with_validation: bool = True, **how):
    model, digests = tiny_model(), []
    data = tiny_data(model)
    val_data = data if with_validation else None
    history = train_seq2seq(
        model, data, config, val_data, on_epoch=lambda _: digests.append(digest(model)), progress=False, **how
    )
    return digest(model), digests, history


def test_the_best_epochs_weights_are_kept(monkeypatch):
    planted_validation(monkeypatch, [3.0, 1.0, 2.0, 4.0])
    kept, digests, history = run_with_digests(BRIEFLY)
    assert len(set(digests)) == 4
    assert kept == digests[1] and history.best_epoch == 1
    assert history.val_loss == [3.0, 1.0, 2.0, 4.0] and history.stopped == "epochs"


@pytest.mark.parametrize(("scores", "best"), [([1.0, 3.0, 2.0, 2.5], 1), ([1.0, 2.0, 2.0, math.nan], 2)])
@pytest.mark.parametrize("with_validation", [True, False])
def test_a_score_chooses_the_best_epoch_and_not_the_loss(monkeypatch, scores, best, with_validation):
    planted_validation(monkeypatch, [1.0, 2.0, 3.0, 0.5])
    planted, judged = iter(scores), []

    def score(model) -> float:
        assert not model.training and not torch.is_grad_enabled()
        judged.append(digest(model))
        return next(planted)

    kept, digests, history = run_with_digests(BRIEFLY, with_validation, score=score)
    assert judged == digests and kept == digests[best] and history.best_epoch == best
    assert history.score[:3] == scores[:3] and len(history.val_loss) == 4 * with_validation


def test_patience_waits_for_a_better_score():
    planted = iter([1.0, 2.0, 1.5, 1.5, 3.0])
    config = replace(BRIEFLY, epochs=5, patience=2)
    _, digests, history = run_with_digests(config, score=lambda model: next(planted))
    assert history.stopped == "patience" and len(digests) == 4 and history.best_epoch == 1


def test_a_run_that_is_resumed_keeps_its_scores(tmp_path):
    model, data = tiny_model(), tiny_data(tiny_model())
    planted = iter([1.0, 3.0, 2.0, 2.5])
    how = {"progress": False, "checkpoint": tmp_path, "score": lambda model: next(planted)}
    train_seq2seq(model, data, BRIEFLY, on_epoch=stop_after_two, **how)
    history = train_seq2seq(tiny_model(), data, BRIEFLY, resume=True, **how)
    assert history.score == [1.0, 3.0, 2.0, 2.5] and history.best_epoch == 1


def test_without_validation_the_last_weights_are_kept():
    kept, digests, history = run_with_digests(BRIEFLY, with_validation=False)
    assert kept == digests[3] and history.best_epoch == 3 and history.val_loss == []


def test_patience_ends_the_run(monkeypatch):
    planted_validation(monkeypatch, [3.0, 2.0, 2.5, 2.2, 1.0])
    kept, digests, history = run_with_digests(replace(BRIEFLY, epochs=5, patience=2))
    assert history.stopped == "patience" and len(digests) == 4
    assert kept == digests[1]


def test_ctrl_c_returns_a_translator_with_the_best_weights(monkeypatch):
    planted_validation(monkeypatch, [1.0, 2.0, 3.0, 4.0])
    interrupt_at_step(monkeypatch, 2 * 5 + 2)  # in the third epoch
    translator = train_tiny()
    assert translator.history.stopped == "interrupted"
    assert len(translator.history.train_loss) == 2 and translator.history.best_epoch == 0
    assert isinstance(translator.translate("anna sings."), str)


class CtrlC:
    """Raises KeyboardInterrupt at the n-th line that is executed in the package's training code; counts the lines."""

    FILES = {training.__file__, progress.__file__}

    def __init__(self, at: int | None = None):
        self.at, self.lines = at, 0

    def __call__(self, frame, event, argument):
        if frame.f_code.co_filename not in self.FILES or frame.f_code.co_name in ("__init__", "_start_clock"):
            return None
        if event == "line":
            self.lines += 1
            if self.lines == self.at:
                raise KeyboardInterrupt
        return self


def test_ctrl_c_at_any_line_leaves_a_whole_history(monkeypatch):
    data = tiny_data(tiny_model(), num_pairs=2)
    config = replace(BRIEFLY, epochs=2)

    def fit(interrupt: CtrlC) -> tuple[Trainer, list[str]]:
        made, digests = Trainer(tiny_model(), data, config, data), [digest(tiny_model())]
        sys.settrace(interrupt)
        try:
            made.fit(on_epoch=lambda _: digests.append(digest(made.model)), progress=False)
        except KeyboardInterrupt:
            pass  # before training began, or the second Ctrl-C
        finally:
            sys.settrace(None)
        return made, digests

    fit(counted := CtrlC())
    assert counted.lines > 80
    for at in range(1, counted.lines + 1):
        made, _ = fit(CtrlC(at))
        history = made.history
        lengths = {
            len(getattr(history, name)) for name in ("train_loss", "val_loss", "tokens_per_s", "clipped", "seconds")
        }
        assert len(lengths) == 1, at
        assert bool(made.best) == (history.best_epoch is not None) == bool(history.train_loss), at
        if history.train_loss:
            loss_curve(history.train_loss, history.val_loss)


def test_a_second_ctrl_c_is_not_held_back(monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    interrupt_at_step(monkeypatch, 5 + 3)  # in the second epoch
    monkeypatch.setattr(EncoderDecoder, "load_state_dict", interrupt)
    with pytest.raises(KeyboardInterrupt):
        train_tiny()


def test_ctrl_c_in_the_first_epoch_returns_what_was_learnt_so_far(monkeypatch):
    interrupt_at_step(monkeypatch, 3)
    translator = train_tiny()
    assert translator.history.stopped == "interrupted" and translator.history.train_loss == []
    torch.manual_seed(0)
    untrained = build_model(TINY, len(translator.source_vocab), len(translator.target_vocab))
    assert digest(translator.model) != digest(untrained)
    assert isinstance(translator.translate("anna sings."), str)


def poison_after(num_epochs: int, model):
    def poison(history: History) -> None:
        if len(history.train_loss) == num_epochs:
            with torch.no_grad():
                model.decoder.dense.weight[0, 0] = math.nan

    return poison


@pytest.mark.parametrize("with_validation", [True, False])
def test_a_loss_that_is_no_number_keeps_the_last_good_weights_and_warns(with_validation):
    model, digests = tiny_model(), []
    data = tiny_data(model)
    poison = poison_after(2, model)

    def on_epoch(history: History) -> None:
        digests.append(digest(model))
        poison(history)

    with pytest.warns(UserWarning, match=r"epoch 2 is not a finite number; the weights of epoch \d are kept.*too high"):
        history = train_seq2seq(
            model,
            data,
            replace(BRIEFLY, schedule="constant", lr=1e-3),
            data if with_validation else None,
            on_epoch=on_epoch,
            progress=False,
        )
    assert history.stopped == "diverged" and len(history.train_loss) == 2
    assert digest(model) == digests[history.best_epoch]


def test_a_first_epoch_that_diverges_leaves_the_weights_as_they_were():
    model = tiny_model()
    before = digest(model)
    with pytest.warns(UserWarning, match="epoch 0 is not a finite number; the initial weights are kept"):
        history = train_seq2seq(model, tiny_data(model), replace(BRIEFLY, lr=3e38), progress=False)
    assert history.stopped == "diverged" and history.best_epoch is None
    assert digest(model) == before


def test_a_validation_loss_that_is_no_number_is_never_the_best(monkeypatch):
    planted_validation(monkeypatch, [math.nan, 2.0, math.nan, 3.0])
    kept, digests, history = run_with_digests(replace(BRIEFLY, patience=3))
    assert kept == digests[1] and history.best_epoch == 1


def test_nothing_to_train_on():
    model = tiny_model()
    empty = Batch(*(torch.zeros(*shape, dtype=torch.int64) for shape in ((0, 0), (0,), (0, 0), (0,))))
    with pytest.raises(ValueError, match="no sentence pair to train on"):
        train_seq2seq(model, empty, BRIEFLY, progress=False)


def test_the_bar_shows_loss_and_speed_on_stderr(capsys):
    Translator.train(PAIRS, TINY, BRIEFLY, progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "loss " in shown.err and "val " in shown.err and "tokens/s" in shown.err
    train_tiny()
    assert capsys.readouterr() == ("", "")


def test_it_learns(translator):
    assert translator.history.train_loss[-1] < 0.1 < 1 < translator.history.train_loss[0]
    assert translator.translate("clara never sleeps today.") == "clara ne dort jamais aujourd'hui ."


# Settings


def test_validation_sources_are_not_trained_on(monkeypatch):
    seen = {}

    def record(self, **fitting):
        seen["train"], seen["val"] = len(self.train_data.source), len(self.val_data.source)
        return History()

    monkeypatch.setattr(Trainer, "fit", record)
    Translator.train(PAIRS, TINY, replace(BRIEFLY, val_fraction=0.25))
    assert seen == {"train": 30, "val": 10}


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0},
        {"epochs": 2.5},
        {"batch_size": 0},
        {"lr": 0},
        {"lr": "fast"},
        {"rnn_lr_factor": 0},
        {"rnn_lr_factor": float("inf")},
        {"clip_norm": -1},
        {"num_steps": 0},
        {"teacher_forcing": 1.5},
        {"teacher_forcing": -0.1},
        {"teacher_forcing": ()},
        {"teacher_forcing": (0.5, 2)},
        {"teacher_forcing": "gold"},
        {"teacher_forcing_per": "batch"},
        {"label_smoothing": 1.0},
        {"word_dropout": 1.0},
        {"val_fraction": 1},
        {"weight_decay": -0.1},
        {"weight_decay": float("inf")},
        {"patience": 0},
        {"min_freq": 0},
        {"seed": -1},
        {"seed": 2**64},
        {"schedule": "linear"},
        {"precision": "fp8"},
        {"time_limit_s": 0},
        {"lr": float("nan")},
        {"lr": float("inf")},
    ],
    ids=str,
)
def test_impossible_settings_are_refused_by_name(wrong):
    name, value = next(iter(wrong.items()))
    with pytest.raises(ValueError, match=re.escape(f"{name} is {value!r}; expected")):
        TrainConfig(**wrong)


def test_the_articles_run_is_the_articles():
    assert ModelConfig(32, 32, 2, 0.1) == ARTICLE_MODEL
    a = ARTICLE
    assert (a.epochs, a.batch_size, a.lr, a.clip_norm, a.num_steps, a.min_freq) == (300, 64, 0.005, 1.0, 10, 2)
    assert (a.schedule, a.label_smoothing, a.precision) == ("constant", 0.0, "float32")


def test_bos_is_what_the_decoder_is_fed_first(monkeypatch):
    fed, forward = [], Seq2SeqDecoder.forward
    monkeypatch.setattr(Seq2SeqDecoder, "forward", lambda self, X, state: fed.append(X) or forward(self, X, state))
    train_tiny(replace(BRIEFLY, epochs=1))
    assert len(fed) == 5 + 1  # the steps, and validation
    assert all(X[:, 0].eq(Vocab.bos_id).all() for X in fed)


# Scheduled sampling


@pytest.mark.parametrize(
    ("given", "by_epoch"),
    [
        (1.0, [1.0] * 4),
        (0.3, [0.3] * 4),
        ([1.0, 0.5], [1.0, 0.5, 0.5, 0.5]),
        ((0.9, 0.6, 0.3, 0.0, 0.1), [0.9, 0.6, 0.3, 0.0]),
    ],
)
def test_each_epoch_is_forced_as_the_schedule_says(monkeypatch, given, by_epoch):
    seen = []

    def record(model, batch, *how):
        seen.append(how)
        return free_running.scheduled_pass(model, batch, *how)

    monkeypatch.setattr(training, "scheduled_pass", record)
    train_tiny(replace(BRIEFLY, teacher_forcing=given, teacher_forcing_per="sentence", word_dropout=0.25))
    assert seen == [(ratio, "sentence", 0.25) for ratio in by_epoch for _ in range(5)]


def test_the_ratio_changes_what_is_learnt_and_the_same_ratio_learns_the_same():
    runs = [train_tiny(replace(BRIEFLY, teacher_forcing=ratio)) for ratio in (1.0, 0.5, 0.5, (0.5,))]
    assert digest(runs[0].model) != digest(runs[1].model)
    assert digest(runs[1].model) == digest(runs[2].model) == digest(runs[3].model)


def test_a_schedule_survives_saving(tmp_path):
    translator = train_tiny(replace(BRIEFLY, epochs=1, teacher_forcing=[1.0, 0.5]))
    translator.save(tmp_path)
    assert Translator.load(tmp_path).train_config == translator.train_config
    assert translator.train_config.teacher_forcing == (1.0, 0.5)


def test_every_epoch_and_every_seed_tosses_its_own_coins(monkeypatch):
    tosses = []
    monkeypatch.setattr(Trainer, "step", lambda *args: tosses.append(torch.rand(8).tolist()) or 0)
    model, data = tiny_model(), tiny_data(tiny_model())
    for seed, epoch in ((0, 0), (0, 1), (1, 0), (0, 0)):
        at_epoch(trainer(model, data, replace(BRIEFLY, seed=seed, batch_size=20)), epoch).epoch()
    assert tosses[0] != tosses[1] != tosses[2] != tosses[0] == tosses[3]


# Out of memory


def cpu_error():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(10**15)
    return caught.value


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("CUDA out of memory"), cpu_error()], ids=["gpu", "cpu"])
def test_out_of_memory_says_which_batch_size_to_try_and_the_checkpoint_stands(error, monkeypatch, tmp_path):
    calls, step = [], Trainer.step

    def full(*args):
        calls.append(1)
        if len(calls) > 10:  # in the third epoch
            raise error
        return step(*args)

    with monkeypatch.context() as patch, pytest.raises(MemoryError, match="batch of 8 pairs.*try batch_size=4, or"):
        patch.setattr(Trainer, "step", full)
        train_tiny(checkpoint=tmp_path)
    assert_same_run(train_tiny(checkpoint=tmp_path, resume=True), train_tiny())


def test_another_runtime_error_stays_what_it_is(monkeypatch):
    def broken(*args):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr(Trainer, "step", broken)
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        train_tiny()


def test_a_checkpoint_that_cannot_be_written_is_a_warning_and_the_one_before_stands(monkeypatch, tmp_path):
    save, calls = Checkpoint.save, []

    def full(self, folder):
        calls.append(1)
        if len(calls) in (3, 4):
            raise OSError(28, "No space left on device")
        save(self, folder)

    with monkeypatch.context() as patch, pytest.warns(UserWarning, match="no checkpoint of epoch [23] .*No space left"):
        patch.setattr(Checkpoint, "save", full)
        trained = train_tiny(checkpoint=tmp_path)
    assert_same_run(trained, train_tiny())
    resumed = []
    assert_same_run(train_tiny(checkpoint=tmp_path, resume=True, on_epoch=resumed.append), trained)
    assert len(resumed) == 2
