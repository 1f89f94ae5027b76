"""What the decoder is fed: the labels, one step late."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_lessons.teacher_forcing import decoder_input
from tests.toy import lengths, random_ids, seeds


@given(lengths, st.integers(0, 3), seeds)
def test_each_step_is_fed_what_was_due_one_step_before(target_len, extra_pads, seed):
    labels = random_ids(9, target_len, seed >> 1, extra_pads)
    before = labels.clone()
    fed = decoder_input(labels, bos_id=2)
    assert fed.shape == labels.shape and fed.dtype == labels.dtype
    assert fed[:, 0].eq(2).all()
    assert torch.equal(fed[:, 1:], labels[:, :-1])
    assert torch.equal(labels, before)  # the labels are still what must be said


def test_it_lies_where_the_labels_lie():
    assert decoder_input(torch.zeros(2, 3, dtype=torch.int64, device="meta"), 2).device.type == "meta"
