"""Behind a TLS proxy; every secret comes from the environment."""

from alliance.settings.base import *

DEBUG = False
