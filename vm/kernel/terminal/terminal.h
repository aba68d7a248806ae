// The terminal, for the image's expression editor: input one character at a time, and for output the few
// movements and deletions that a line editor needs.
//
// Standard input and standard output only, and only where both are a terminal that terminfo can
// describe: terminal_start says whether. Until it has said yes, all other entries are errors. What is
// written waits for terminal_flush, a newline or much more output.
#pragma once

#include "vm/exec/entry.h"

namespace coracle::kernel {

/// True if the editor can be used. The descriptors are -1 for the standard ones; no others are possible.
bool terminal_start(Thread& t, SignedWord in, SignedWord out);

/// A character; the end-of-file object; #t where the window's size has changed since the last call;
/// #f where there is nothing and `wait` is false. (terminal_input.cpp)
Value terminal_read_char(SafePoint sp, bool wait);
/// Whether the next terminal_read_char will report a change of the window's size.
Value terminal_resize_pending(Thread& t);

/// Writes a character as the locale encodes it, or ? where it can't. The result is its width.
std::int32_t terminal_write_char(Thread& t, std::uint32_t c);
/// How many columns a character takes, as the locale says; -1 if it isn't printable.
std::int32_t terminal_char_width(Thread& t, std::uint32_t c);
/// The colour of what is written from now on: 0 to 7, 9 to 15 for the bright ones, negative for the
/// terminal's own.
void terminal_set_color(Thread& t, std::int32_t color, bool background);
void terminal_flush(Thread& t);
/// A pair of rows and columns.
Value terminal_size(Thread& t);

/// Raw mode: characters come as they are typed, unechoed, and the keys for signals are characters
/// too; `cooked` ends it. The others switch parts of it.
void terminal_raw(Thread& t);
void terminal_cooked(Thread& t);
void terminal_process_output(Thread& t);
void terminal_keep_output(Thread& t);
void terminal_keyboard_signals(Thread& t);
void terminal_no_keyboard_signals(Thread& t);

/// The last column of a line can be written safely after `stop_wrapping`, until `start_wrapping`.
void terminal_start_wrapping(Thread& t);
void terminal_stop_wrapping(Thread& t);

/// Stops the process and its group, as Ctrl-Z does; returns when it is continued.
void terminal_suspend(Thread& t);
void terminal_sleep(Thread& t, std::uint32_t seconds, std::uint32_t nanoseconds);

/// The text that was selected last on the desktop; empty where there is none. (clipboard.cpp)
Value terminal_clipboard(SafePoint sp);

void terminal_up(Thread& t, std::int32_t n);
void terminal_down(Thread& t, std::int32_t n);
void terminal_left(Thread& t, std::int32_t n);
void terminal_right(Thread& t, std::int32_t n);
void terminal_clear_to_end_of_line(Thread& t);
void terminal_clear_to_end_of_screen(Thread& t);
void terminal_clear_screen(Thread& t);
/// Moves up n lines; the screen scrolls where the cursor is at its top. The new lines are empty.
void terminal_scroll_reverse(Thread& t, std::int32_t n);
void terminal_bell(Thread& t);
void terminal_carriage_return(Thread& t);
void terminal_line_feed(Thread& t);

}  // namespace coracle::kernel
