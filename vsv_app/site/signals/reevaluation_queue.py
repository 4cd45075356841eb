"""Re-evaluation queue: learners who wait to be evaluated anew, kept beside the queue of jobs, whose arguments stand in the list of jobs.

A learner who waits twice is looked at once.
"""

from collections.abc import Collection

from frappe.utils import get_site_id
from frappe.utils.background_jobs import get_redis_conn

KEY = "rq:vsv_app:look-again:{}"
"""Where access to Redis is kept to what belongs to the queue, this does."""


def add(students: Collection[str]) -> None:
	"""Raises RedisError where the queue cannot be reached."""
	if students:
		get_redis_conn().sadd(_key(), *students)


def take() -> list[str]:
	"""Everybody who waits, in order of names; whoever takes them looks at them, and nobody else does."""
	redis = get_redis_conn()
	return sorted(one.decode() for one in redis.spop(_key(), redis.scard(_key())))


def _key() -> str:
	return KEY.format(get_site_id())
