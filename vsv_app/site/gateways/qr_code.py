"""A text as a QR code that a phone reads from the screen, drawn on the server: nothing of it goes to another site."""

import base64
import io

from pyqrcode import create  # comes with Frappe, which draws its second factor with it

SCALE, QUIET_ZONE = 4, 4


def as_image(text: str) -> str:
	"""The address of the picture itself, for the `src` of an image."""
	drawn = io.BytesIO()
	create(text, error="M").svg(
		drawn, scale=SCALE, quiet_zone=QUIET_ZONE, background="#fff", module_color="#000"
	)
	return f"data:image/svg+xml;base64,{base64.b64encode(drawn.getvalue()).decode()}"
