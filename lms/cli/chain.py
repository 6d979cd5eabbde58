"""`lms chain`: the head of the chain over the audit, to keep elsewhere, and whether everything is as it was written."""

from __future__ import annotations

import json
import sys
from argparse import Namespace

from lms.cli.site import MakeSite, reading
from lms.cli.words import counted
from lms.errors import NotFound, said
from lms.services.running import chain
from lms.services.running.chain import Broken, Head, Verified

NOT_AS_WRITTEN = 1


def run(call: Namespace, site: MakeSite) -> int:
    """Tell the head, or verify; 1 when something is not as it was written."""
    with reading(site().app()) as session:
        if call.action == "head":
            found = chain.head(session)
            if found is None:
                raise NotFound(said("Nothing has been sealed yet. A worker does it every few seconds: lms worker"))
            return _tell(call.format, _head(found), f"{found.digest}\n")
        verified = chain.verify(session, head=call.head)
    if isinstance(verified, Broken):
        where = {"entry": verified.audit_id, "seal": verified.seq}
        _tell(
            call.format,
            {"verified": False, "kind": verified.kind, "message": verified.message, **where},
            f"{verified.message}\n",
        )
        return NOT_AS_WRITTEN
    return _tell(call.format, _verified(verified), _sentence(verified))


def _head(head: Head) -> dict[str, object]:
    return {"seal": head.seq, "digest": head.digest, "at": head.at.isoformat()}


def _verified(verified: Verified) -> dict[str, object]:
    head = None if verified.head is None else _head(verified.head)
    return {"verified": True, "head": head, "waiting": verified.waiting, "late": verified.late}


def _sentence(verified: Verified) -> str:
    seals = 0 if verified.head is None else verified.head.seq
    sealed = f"{counted(seals, 'seal')} and the ledger rows below them are as they were written"
    return f"{sealed}; {verified.waiting:,} not sealed yet\n" if verified.waiting else f"{sealed}\n"


def _tell(form: str, document: dict[str, object], text: str) -> int:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n" if form == "json" else text)
    return 0
