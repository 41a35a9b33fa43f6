"""What a session is recognised by on its owner's page: browser and system by name, nothing finer."""

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
            ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
           ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip
"""The first mark that stands in the browser's own description counts: later ones stand in others' too."""


def named(user_agent: str) -> str:
    """Such as "Firefox, Android"; empty for what no person browses with."""
    found = (next((name for mark, name in kinds if mark in user_agent), "") for kinds in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in found if name)
