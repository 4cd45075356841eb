"""What a gateway asks over HTTPS: the roster, and once its keys. Plain JSON, as docs/contract describes it.

Guests may call both: a gateway has no user. Who asks is shown by a signature, or by a one-time code.
"""

import json
import time
from datetime import datetime, timezone
from typing import Any

import frappe
from frappe.rate_limiter import rate_limit
from frappe.utils import get_url
from werkzeug.wrappers import Response

from vsv_app.services import school
from vsv_app.services.gateways import provisioning
from vsv_app.services.gateways import roster as rosters
from vsv_app.services.gateways.signed_message import Refused
from vsv_app.stores.frappe_store import FrappeStore

A_MINUTE = 60
AN_HOUR = 3600


@frappe.whitelist(allow_guest=True, methods=["GET"])
@rate_limit(limit=60, seconds=A_MINUTE)
def roster(gateway: str) -> Response:
	"""The badges by digest. No permission to check: the signature in `X-VSV-Signature` shows which gateway asks."""
	signature = frappe.get_request_header("X-VSV-Signature", "")
	try:
		answer = rosters.roster(FrappeStore(), signature, gateway, _now())
	except Refused as refused:
		return _json({"error": str(refused), "now": int(time.time())}, 401)
	if frappe.request.if_none_match.contains(answer.etag):
		return _tagged(Response(status=304), answer.etag)
	return _tagged(_json({"v": 1, "badges": dict(answer.badges)}), answer.etag)


@frappe.whitelist(allow_guest=True, methods=["POST"])
@rate_limit(key="gateway", limit=10, seconds=AN_HOUR)
def provision(gateway: str, code: str) -> Response:
	"""Everything a gateway needs. No permission to check: the one-time code shows that the administrator sent it."""
	store = FrappeStore()
	here = school.load(store)
	try:
		return _json(provisioning.provision(store, here, gateway, code, get_url(), here.local(_now())))
	except Refused as refused:
		return _json({"error": str(refused)}, 403)


def _now() -> datetime:
	return datetime.now(timezone.utc)


def _json(body: dict[str, Any], status: int = 200) -> Response:
	return Response(json.dumps(body), status=status, mimetype="application/json")


def _tagged(response: Response, etag: str) -> Response:
	response.set_etag(etag)
	return response
