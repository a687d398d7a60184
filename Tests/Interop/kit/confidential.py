"""What must never stand in a log or on an error page: collected while the checks run, looked for at their end (THREATS case 123)."""


class Confidential:
    def __init__(self):
        self.by_text = {}
        self.error_pages = []

    def remember(self, kind, text):
        if text and len(text) >= 8:
            self.by_text.setdefault(text, kind)

    def count(self, kind):
        return sum(each == kind for each in self.by_text.values())

    def needles(self):
        """(kind, text to look for): of a long value a piece from its middle is enough to betray it."""
        for text, kind in self.by_text.items():
            if len(text) <= 80:
                yield kind, text
            else:
                middle = len(text) // 2
                yield kind, text[middle : middle + 40]
                yield kind, text[-40:]

    def found_in(self, text):
        """Kinds, each once with what stands before its first find: enough to see which line wrote it."""
        found = {}
        for kind, needle in self.needles():
            at = text.find(needle)
            if at >= 0 and kind not in found:
                found[kind] = text[text.rfind("\n", 0, at) + 1 : at][-160:] + "[here]"
        return found
