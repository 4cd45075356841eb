"""Root distribution: the Frappe app alone. The gateway is a distribution of its own, in gateway/."""

from setuptools import find_packages, setup

# What Frappe looks for beside the code: doctypes, fixtures, pages, screens, translations, packs of rules.
DATA = ("json", "txt", "csv", "js", "css", "html", "svg", "png", "md", "po", "pot", "yaml", "toml")

setup(
	packages=find_packages(include=["vsv_app", "vsv_app.*"]),
	package_data={"vsv_app": [f"**/*.{suffix}" for suffix in DATA]},
	include_package_data=False,
)
