"""One spelling of an address, and none that leads elsewhere than it says."""

import pytest

from vsv_app.engine.file_addresses import is_plain, is_private, plain_name, unescaped

PLAIN = (
	"/files/logo.png",
	"/files/a..b.txt",
	"/files/Class photo 2026.jpg",
	"/private/files/report.pdf",
	"/private/files/sub/report.pdf",
	"/private/files/100%.txt",
	"https://elsewhere.example",
	"https://elsewhere.example/a/b.pdf?x=1#p",
	"https://elsewhere.example/files/logo.png",
	"http://elsewhere.example:8080/d/view",
)
NOT = (
	"",
	"logo.png",
	"site_config.json",
	"/",
	"/files",
	"/files/",
	"/etc/passwd",
	"/files/../../site_config.json",
	"/files/./x",
	"/files//x",
	"/files/x/",
	"/files/%2e%2e/%2e%2e/site_config.json",
	"/files/%252e%252e/site_config.json",
	"/files/..\\..\\site_config.json",
	"/private/files/../files/x",
	"/files/x ",
	" /files/x",
	"/files/x\n",
	"/files/x\x00.txt",
	"/Private/files/x",
	"//private/files/x",
	"file:///etc/passwd",
	"HTTPS://elsewhere.example/x",
	"https:///private/files/x",
	"https://elsewhere.example/private/files/x",
	"https://elsewhere.example/a/private/files/x",
	"https://elsewhere.example/private%2ffiles/x",
	"https://elsewhere.example/files/../../private/files/x",
	"https://elsewhere.example/files/../../site_config.json",
	"https://elsewhere.example\\files\\x",
)


@pytest.mark.parametrize("address", PLAIN)
def test_what_is_kept(address: str) -> None:
	assert is_plain(address)


@pytest.mark.parametrize("address", NOT)
def test_what_is_not(address: str) -> None:
	assert not is_plain(address)


def test_escapes_without_end_are_no_address() -> None:
	endless = "/files/x"
	for _round in range(9):
		endless = endless.replace("%", "%25").replace("/x", "/%2e")
	assert unescaped(endless) is None
	assert not is_plain(endless)


def test_private_and_names() -> None:
	assert is_private("/private/files/x")
	assert not is_private("/files/private/files/x")
	assert plain_name(" a\tb\\c.txt ") == "abc.txt"
