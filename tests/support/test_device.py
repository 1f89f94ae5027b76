"""Where to compute, and in which precision."""

import pytest
import torch

from seq2seq_lessons.support import device
from seq2seq_lessons.support.device import pick_device, pick_precision


@pytest.mark.parametrize(("has_gpu", "expected"), [(True, "cuda"), (False, "cpu")])
def test_auto_is_the_gpu_if_there_is_one(monkeypatch, has_gpu, expected):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: has_gpu)
    monkeypatch.setattr(device, "_does_cuda_compute", lambda: True)
    assert pick_device().type == expected


def test_auto_is_the_cpu_where_the_gpu_cannot_compute(monkeypatch):
    """One that is too old for this build of torch is there, and fails at the first kernel."""

    def ones(*size, device):
        raise RuntimeError("CUDA error: no kernel image is available for execution on the device\nCompile with …")

    device._does_cuda_compute.cache_clear()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch, "ones", ones)
    with pytest.warns(
        UserWarning, match=r"the GPU is not used, since it fails \(CUDA error: no kernel .* the device\)$"
    ):
        assert pick_device().type == "cpu"
    device._does_cuda_compute.cache_clear()
    monkeypatch.setenv("LOCAL_RANK", "0")  # under torchrun no process may touch the first GPU for all
    assert pick_device().type == "cuda"
    device._does_cuda_compute.cache_clear()


def test_auto_never_takes_mps(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert pick_device().type == "cpu"
    assert pick_device("mps").type == "mps"  # on request


@pytest.mark.parametrize("name", ["cuda", "cuda:0", "mps"])
def test_a_device_that_is_not_here_is_refused(monkeypatch, name):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(ValueError, match=f"'{name}' is not available here: use device=\"auto\""):
        pick_device(name)


def test_a_gpu_beyond_the_last_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert pick_device("cuda:1").index == 1
    with pytest.raises(ValueError, match="'cuda:2' is not available"):
        pick_device("cuda:2")


@pytest.mark.parametrize("name", ["gpu", "", "cuda:x"])
def test_no_device_of_that_name(name):
    with pytest.raises(ValueError, match=f"device is '{name}'; expected"):
        pick_device(name)


def test_cpu_is_always_here():
    assert pick_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("is_fast", [True, False])
@pytest.mark.parametrize("num_hiddens", [device.BF16_MIN_HIDDENS - 1, device.BF16_MIN_HIDDENS])
def test_auto_precision_looks_at_hardware_and_size(monkeypatch, is_fast, num_hiddens):
    monkeypatch.setattr(device, "_is_bf16_fast", lambda where: is_fast)
    expected = "bf16" if is_fast and num_hiddens >= device.BF16_MIN_HIDDENS else "float32"
    assert pick_precision("auto", torch.device("cpu"), num_hiddens) == expected


@pytest.mark.parametrize(("avx512", "amx"), [(False, False), (True, False), (False, True)])
def test_a_cpu_is_fast_at_bf16_with_either_instruction_set(monkeypatch, avx512, amx):
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: avx512)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: amx)
    assert pick_precision("auto", torch.device("cpu"), 256) == ("bf16" if avx512 or amx else "float32")


def test_apples_gpu_stays_with_float32():
    assert pick_precision("auto", torch.device("mps"), 1024) == "float32"


@pytest.mark.parametrize("name", ["bf16", "float32"])
def test_a_named_precision_is_taken(name):
    assert pick_precision(name, torch.device("cpu"), 1) == name


def test_no_precision_of_that_name():
    with pytest.raises(ValueError, match="precision is 'half'; expected"):
        pick_precision("half", torch.device("cpu"), 1)
