"""Time stamps: an authority of the test's own signs the ledger's head, and what does not fit is told."""

import hashlib
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path

import pytest

from storage.errors import DamagedRecordError
from storage.store import Store
from storage.verify import verify
from tests.storage.conftest import fill
from tests.storage.samples import SECOND, look
from tracker import stamps
from tracker.cli import run
from tracker.stamps import StampError, check, stamp

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None or find_spec("rfc3161_client") is None,
    reason="needs openssl and the extra `timestamps`",
)

_SETTINGS = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[signer]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
signer_digest = sha256
ess_cert_id_alg = sha256
"""


class Authority:
    """A time stamp authority in a folder: a root, and a certificate that it signed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.root = folder / "root.pem"
        (folder / "serial").write_text("01\n")
        for name in ("root", "tsa"):
            (folder / f"{name}.cnf").write_text(_SETTINGS.format(name=f"{folder.name} {name}", folder=folder))
            self._do("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key")
        ca = ("-config", "root.cnf", "-extensions", "root", "-days", "30")
        self._do("req", "-x509", "-key", "root.key", "-out", "root.pem", *ca)
        self._do("req", "-new", "-key", "tsa.key", "-config", "tsa.cnf", "-out", "tsa.csr")
        signing = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "30")
        usage = ("-extfile", "tsa.cnf", "-extensions", "signer")
        self._do("x509", "-req", "-in", "tsa.csr", "-out", "tsa.pem", *usage, *signing)

    def _do(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def answer(self, request: bytes) -> bytes:
        (self.folder / "query.tsq").write_bytes(request)
        signer = ("-signer", "tsa.pem", "-inkey", "tsa.key", "-config", "tsa.cnf")
        self._do("ts", "-reply", "-queryfile", "query.tsq", "-out", "answer.tsr", *signer)
        return (self.folder / "answer.tsr").read_bytes()

    def post(self, url: str, request: bytes) -> bytes:
        return self.answer(request)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "here")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as opened:
        fill(opened)
        yield opened


def codes(store: Store) -> list[str]:
    return [each.code for each in check(store)]


def test_a_stamp_is_over_the_head_and_kept_beside_the_ledger(store: Store, authority: Authority) -> None:
    made = stamp(store, "http://tsa.example/", root=authority.root, post=authority.post)
    head = store.head()
    assert (made.n, made.hash) == (head.n, head.hash)
    assert made.path.relative_to(store.archive.folder).as_posix() == f"stamps/{head.n:012}-{head.hash}.tsr"
    assert codes(store) == []
    store.record(b"x", look(b"x", at=SECOND))
    assert codes(store) == [], "lines that follow leave the stamp as it is"


def test_openssl_alone_can_check_a_stamp(store: Store, authority: Authority) -> None:
    made = stamp(store, "http://tsa.example/", root=authority.root, post=authority.post)
    roots = stamps.folder(store) / stamps.ROOTS
    told = ("-digest", made.hash, "-in", str(made.path), "-CAfile", str(roots))
    done = subprocess.run(["openssl", "ts", "-verify", *told], capture_output=True, text=True, check=False)
    assert (done.returncode, "Verification: OK" in done.stdout + done.stderr) == (0, True)


def test_a_ledger_that_was_rewritten_together_with_the_database_is_told_by_the_stamp(
    store: Store, authority: Authority, tmp_path: Path
) -> None:
    made = stamp(store, "http://tsa.example/", root=authority.root, post=authority.post)
    for line in ("another", "cut"):
        with Store.open(tmp_path / line) as other:
            if line == "another":
                other.record(b"x", look(b"x"))
                other.record(b"y", look(b"y"))
            shutil.copytree(stamps.folder(store), stamps.folder(other))
            assert {each.code for each in verify(other)} <= {"look.underived"}, "nothing else can tell"
            (doubt,) = check(other)
            assert (doubt.code, doubt.place.endswith(made.path.name)) == ("stamp.different", True)


def test_no_flipped_byte_of_any_file_beside_a_token_passes(store: Store, authority: Authority) -> None:
    stamp(store, "http://tsa.example/", root=authority.root, post=authority.post)
    for path in sorted(stamps.folder(store).iterdir()):
        whole = path.read_bytes()
        for at in range(len(whole)):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
            assert "stamp.damaged" in codes(store), (path, at)
        path.unlink()
        assert "stamp.damaged" in codes(store), path
        path.write_bytes(whole)
    assert codes(store) == []


def test_a_token_that_was_put_there_with_its_sum_has_to_hold_too(store: Store, authority: Authority) -> None:
    made = stamp(store, "http://tsa.example/", root=authority.root, post=authority.post)
    whole = made.path.read_bytes()
    sums = stamps.folder(store) / stamps.SUMS
    for at in (len(whole) // 2, len(whole) - 8):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        listed = sums.read_text()
        made.path.write_bytes(changed)
        sums.write_text(listed.replace(hashlib.sha256(whole).hexdigest(), hashlib.sha256(changed).hexdigest()))
        (doubt,) = check(store)
        assert (doubt.code, doubt.place) == ("stamp.damaged", str(made.path))
        sums.write_text(listed)


def test_a_token_of_an_authority_that_is_not_trusted_is_refused(
    store: Store, authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path / "stranger")
    with pytest.raises(StampError) as caught:
        stamp(store, "http://tsa.example/", root=authority.root, post=stranger.post)
    assert caught.value.code == "answer"
    assert not stamps.folder(store).exists()


@pytest.mark.parametrize("answer", [b"", b"<html>503</html>", b"\x30\x03\x02\x01\x02"])
def test_what_is_no_token_is_not_kept(store: Store, answer: bytes) -> None:
    with pytest.raises(StampError) as caught:
        stamp(store, "http://tsa.example/", post=lambda url, request: answer)
    assert caught.value.code == "answer"
    assert not stamps.folder(store).exists()


def test_an_answer_to_another_request_is_not_kept(store: Store, authority: Authority) -> None:
    earlier: list[bytes] = []

    def remember(url: str, request: bytes) -> bytes:
        earlier.append(authority.answer(request))
        return earlier[0]

    stamp(store, "http://tsa.example/", root=authority.root, post=remember)
    with pytest.raises(StampError, match="another request"):
        stamp(store, "http://tsa.example/", root=authority.root, post=remember)
    store.record(b"x", look(b"x", at=SECOND))
    with pytest.raises(StampError, match="not over"):
        stamp(store, "http://tsa.example/", root=authority.root, post=remember)


def test_what_could_not_be_checked_is_said_to_be_so(
    store: Store, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp(store, "http://tsa.example/", post=authority.post)
    assert codes(store) == ["stamp.unchecked"], "no certificate is trusted"
    monkeypatch.setattr(stamps, "find_spec", lambda name: None)
    assert codes(store) == ["stamp.unchecked"], "the extra is not there"
    with pytest.raises(StampError) as caught:
        stamp(store, "http://tsa.example/")
    assert caught.value.code == "missing"


def test_an_empty_ledger_is_not_stamped(tmp_path: Path, authority: Authority) -> None:
    with Store.open(tmp_path / "data") as store, pytest.raises(StampError) as caught:
        stamp(store, "http://tsa.example/", post=authority.post)
    assert caught.value.code == "empty"


def test_a_damaged_ledger_is_not_stamped(store: Store, authority: Authority) -> None:
    path = store.archive.ledger.path
    path.write_bytes(path.read_bytes()[:-2] + b"\n")
    with pytest.raises(DamagedRecordError):
        stamp(store, "http://tsa.example/", post=authority.post)


def test_the_commands_stamp_over_http_and_verify_tells(
    store: Store,
    authority: Authority,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            right = self.path == "/tsa" and self.headers["Content-Type"] == "application/timestamp-query"
            body = authority.answer(asked) if right else b""
            self.send_response(200 if right else 503)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    monkeypatch.chdir(tmp_path)
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            at = f"http://127.0.0.1:{server.server_address[1]}"
            assert run(["--lang", "zh", "ledger", "stamp", f"{at}/other"]) == 1
            assert "503" in capsys.readouterr().err
            assert run(["--lang", "zh", "ledger", "stamp", f"{at}/tsa", "--root", str(authority.root), "--json"]) == 0
        finally:
            server.shutdown()
            thread.join()
    told = json.loads(capsys.readouterr().out)
    assert (told["lines"], told["head"]) == (store.head().n, store.head().hash)
    assert run(["--lang", "en", "verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    Path(told["file"]).write_bytes(b"x")
    assert run(["--lang", "en", "verify", "--json"]) == 1
    assert [each["code"] for each in json.loads(capsys.readouterr().out)] == ["stamp.damaged"]
