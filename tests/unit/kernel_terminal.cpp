// The terminal's entries, as far as they need no terminal; in a pseudo-terminal:
// tests/cli/editor.py.
#include "vm/kernel/terminal/terminal.h"

#include <unistd.h>

#include <cstdlib>

#include "machine_fixture.h"
#include "vm/kernel/terminal/terminal_state.h"

namespace coracle {
namespace {

using namespace kernel;

/// Sets a variable of the environment for a test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* const old = std::getenv(name)) before_ = old;
    ::setenv(name, value, 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() {
    if (before_) ::setenv(name_, before_->c_str(), 1);
    else ::unsetenv(name_);
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

TEST_CASE("terminfo: descriptions, without padding") {
  Variable const term("TERM", "vt100");
  auto const d = host::describe_terminal(1);
  REQUIRE(d.has_value());
  CHECK(d->wraps);
  CHECK(d->ignores_newline);
  CHECK(d->up == "\033[A");  // \E[A$<2> in the database
  CHECK(d->clear_to_end_of_screen == "\033[J");
  CHECK(d->scroll_reverse == "\033M");
  CHECK(d->bell == "\a");
}

TEST_CASE("terminfo: a terminal that is not known") {
  Variable const term("TERM", "no-such-terminal");
  CHECK(!host::describe_terminal(1).has_value());
}

TEST_CASE_FIXTURE(MachineFixture, "terminal: before it was started") {
  CHECK_THROWS_AS(terminal_flush(t), SchemeError);
  CHECK_THROWS_AS(terminal_up(t, 1), SchemeError);
  CHECK(!terminal_start(t, 3, -1));
  CHECK(!terminal_start(t, -1, 2));
}

TEST_CASE_FIXTURE(MachineFixture, "terminal: columns that characters take") {
  Variable const locale("LC_ALL", "C.UTF-8");
  vm.kernel_states.add(std::make_unique<Terminal>(t, host::TerminalDescription{}));
  CHECK(terminal_char_width(t, 'a') == 1);
  CHECK(terminal_char_width(t, 0x3BB) == 1);    // a Greek letter
  CHECK(terminal_char_width(t, 0x6F22) == 2);   // a Chinese one
  CHECK(terminal_char_width(t, 0x1F600) == 2);  // a face
  CHECK(terminal_char_width(t, 0x301) == 0);    // an accent on the letter before
  CHECK(terminal_char_width(t, 7) == -1);
}

TEST_CASE_FIXTURE(MachineFixture,
                  "terminal: the size comes from the environment without a window") {
  Variable const lines("LINES", "12");
  Variable const columns("COLUMNS", "33 or so");
  vm.kernel_states.add(std::make_unique<Terminal>(t, host::TerminalDescription{}));
  if (::isatty(Terminal::output) != 0) return;  // a window has its own size
  Value const size = terminal_size(t);
  CHECK(car(size) == make_fixnum(12));
  CHECK(cdr(size) == make_fixnum(80));
}

}  // namespace
}  // namespace coracle
