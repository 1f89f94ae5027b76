"""A kernel that is asked as JupyterLab asks, with the cell's id in the request, but without a page."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from jupyter_client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel


class Kernel:
    def __init__(self, client: BlockingKernelClient):
        self.client = client

    def run(self, code: str, cell: str | None = None) -> str:
        """Run `code` as the cell with id `cell`; returns what it prints. RuntimeError if it fails."""
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        request = self.client.session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
        self.client.shell_channel.send(request)
        said = []
        while True:  # every message is taken: what waits in the kernel counts as its memory
            message = self.client.get_iopub_msg(timeout=120)
            if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                said.append(content["text"])
            elif kind == "execute_result":
                said.append(content["data"]["text/plain"] + "\n")
            elif kind == "error":
                raise RuntimeError(f"{content['ename']}: {content['evalue']}")
            elif kind == "status" and content["execution_state"] == "idle":
                return "".join(said)


@contextlib.contextmanager
def start() -> Iterator[Kernel]:
    """A kernel, ended on leaving."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
