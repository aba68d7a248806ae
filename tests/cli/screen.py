"""The screen that a person sees: emulates as much of the terminals xterm and vt100 as the expression
editor uses. Any other escape sequence is an error."""
import re
import unicodedata

SEQUENCE = re.compile(r"\x1b(\[\??[0-9;]*[A-Za-z]|[()][A-Z0-9]|[A-Z=>78])")


def width(c):
    if unicodedata.combining(c):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


class Screen:
    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.lines = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.wrapping, self.wrap_next = True, False
        self.bells = 0
        self.trail = []  # where the cursor has been
        self.unread = ""

    def resize(self, rows, columns):
        """Resizes as xterm does: cuts or fills at the right and at the bottom, but keeps the cursor's line."""
        while self.row >= rows:
            del self.lines[0]
            self.row -= 1
        self.lines = [(line + [" "] * columns)[:columns] for line in self.lines[:rows]]
        self.lines += [[" "] * columns for _ in range(rows - len(self.lines))]
        self.rows, self.columns = rows, columns
        self.column = min(self.column, columns - 1)
        self.wrap_next = False

    def text(self):
        """The lines down to the last one that isn't empty, or down to the cursor's."""
        # A wide character has an empty cell after it.
        lines = ["".join(line).rstrip(" ") for line in self.lines]
        while len(lines) > self.row + 1 and lines[-1] == "":
            lines.pop()
        return lines

    def feed(self, text):
        self.unread += text
        while self.unread:
            c = self.unread[0]
            if c == "\x1b":
                found = SEQUENCE.match(self.unread)
                if not found:
                    if len(self.unread) > 12:
                        raise AssertionError(f"an unknown sequence: {self.unread[:12]!r}")
                    return  # its rest is still to come
                self.unread = self.unread[found.end():]
                self.control(found.group(1))
            else:
                self.unread = self.unread[1:]
                self.write(c)
            self.trail.append((self.row, self.column))

    def scroll(self):
        del self.lines[0]
        self.lines.append([" "] * self.columns)

    def write(self, c):
        if c == "\r":
            self.column, self.wrap_next = 0, False
        elif c == "\n":
            self.wrap_next = False
            if self.row == self.rows - 1:
                self.scroll()
            else:
                self.row += 1
        elif c == "\b":
            self.column, self.wrap_next = max(self.column - 1, 0), False
        elif c == "\a":
            self.bells += 1
        elif c >= " ":
            self.put(c)
        elif c != "\0":
            raise AssertionError(f"an unknown control character: {c!r}")

    def put(self, c):
        n = width(c)
        if n == 0:
            return
        if self.wrap_next:
            self.write("\r")
            self.write("\n")
        self.lines[self.row][self.column:self.column + n] = [c] + [""] * (n - 1)
        del self.lines[self.row][self.columns:]
        if self.column + n < self.columns:
            self.column += n
        else:
            self.column = self.columns - 1
            self.wrap_next = self.wrapping

    def clear(self, row, start):
        self.lines[row][start:] = [" "] * (self.columns - start)

    def control(self, sequence):
        kind, digits = sequence[-1], sequence[1:-1]
        if sequence == "M":  # up, or the screen scrolls down
            if self.row == 0:
                self.lines.pop()
                self.lines.insert(0, [" "] * self.columns)
            else:
                self.row -= 1
            return
        if sequence in ("[?7l", "[?7h"):
            self.wrapping = kind == "h"
            return
        if sequence[0] != "[" or "?" in digits:
            raise AssertionError(f"an unknown sequence: {sequence!r}")
        self.wrap_next = False
        n = int(digits or 1) if kind in "ABCD" else 0
        if kind == "A":
            self.row = max(self.row - n, 0)
        elif kind == "B":
            self.row = min(self.row + n, self.rows - 1)
        elif kind == "C":
            self.column = min(self.column + n, self.columns - 1)
        elif kind == "D":
            self.column = max(self.column - n, 0)
        elif sequence == "[H":
            self.row = self.column = 0
        elif sequence == "[K":
            self.clear(self.row, self.column)
        elif sequence in ("[J", "[2J"):
            if digits == "":
                self.clear(self.row, self.column)
            for row in range(0 if digits else self.row + 1, self.rows):
                self.clear(row, 0)
        else:
            raise AssertionError(f"an unknown sequence: {sequence!r}")
