#include "tools/image/output.h"

#include <algorithm>
#include <cstdio>

#include "vm/base/utf8.h"
#include "vm/host/environment.h"
#include "vm/host/errors.h"
#include "vm/host/files.h"
#include "vm/host/terminal.h"

namespace coracle::image {
namespace {

/// Takes the first character off a text that isn't empty.
char32_t next_character(std::string_view& text) {
  Utf8Character const c = decode_utf8(text);
  text.remove_prefix(c.length);
  return c.character;
}

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    char32_t const c = next_character(text);
    if (is_control(c)) {
      char escape[16];
      std::snprintf(escape, sizeof escape, "\\x%x;", static_cast<unsigned>(c));
      result += escape;
    } else {
      append_utf8(result, c);
    }
  }
  return result;
}

std::string utf8(std::u32string_view text) {
  std::string result;
  for (char32_t const c : text) append_utf8(result, c);
  return result;
}

Style::Style() {
  const char* const no_colour = host::environment_variable("NO_COLOR");
  const char* const terminal = host::environment_variable("TERM");
  on_ = host::is_terminal(host::standard_output) && (no_colour == nullptr || *no_colour == '\0') &&
        terminal != nullptr && std::string_view(terminal) != "dumb";
}

std::string Table::text(const Style& style) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = characters(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, characters(row[i]));
    widths.push_back(width);
  }
  auto const line = [&](auto cell) {
    std::string text;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      std::string const content = cell(i);
      std::string const blanks(widths[i] - characters(content), ' ');
      if (i != 0) text += "  ";
      text += columns_[i].align == Align::right ? blanks + content : content + blanks;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  };
  std::string text = style.bold(line([&](std::size_t i) { return columns_[i].title; })) + "\n";
  for (const auto& row : rows_) text += line([&](std::size_t i) { return row[i]; }) + "\n";
  return text;
}

void Json::separate() {
  if (after_key_) {
    after_key_ = false;
  } else if (!has_items_.empty()) {
    constexpr std::size_t depth_of_lines = 2;
    if (has_items_.back()) text_ += has_items_.size() <= depth_of_lines ? ",\n" : ", ";
    has_items_.back() = true;
  }
}
Json& Json::open(char c) {
  separate();
  text_ += c;
  has_items_.push_back(false);
  return *this;
}
Json& Json::close(char c) {
  has_items_.pop_back();
  text_ += c;
  return *this;
}
Json& Json::plain(std::string_view text) {
  separate();
  text_ += text;
  return *this;
}
Json& Json::key(std::string_view name) {
  value(name);
  text_ += ": ";
  after_key_ = true;
  return *this;
}
Json& Json::value(std::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) {
    char32_t const c = next_character(text);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += static_cast<char>(c);
    } else if (is_control(c)) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      quoted += escape;
    } else {
      append_utf8(quoted, c);
    }
  }
  return plain(quoted + '"');
}
Json& Json::value(const std::vector<std::string>& texts) {
  open_array();
  for (const std::string& text : texts) value(text);
  return close_array();
}

Result<void> print(std::string_view text) {
  while (!text.empty()) {
    std::int64_t const n = host::write_file(host::standard_output, text.data(), text.size());
    if (n < 0) {
      return fail("cannot write to standard output: " + host::error_text(errno));
    }
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace coracle::image
