"""Root distribution: the Frappe app alone. The gateway is a distribution of its own, in gateway/."""

from setuptools import find_packages, setup

setup(packages=find_packages(include=["vsv_app", "vsv_app.*"]), include_package_data=True)
