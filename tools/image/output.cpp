#include "tools/image/output.h"

#include <algorithm>
#include <cstdio>

#include "vm/host/environment.h"
#include "vm/host/errors.h"
#include "vm/host/files.h"
#include "vm/host/terminal.h"

namespace coracle::image {
namespace {

constexpr char32_t replacement = 0xFFFD;

void append_utf8(std::string& to, char32_t c) {
  auto const put = [&](unsigned byte) { to += static_cast<char>(byte); };
  auto const n = static_cast<unsigned>(c);
  if (n < 0x80) {
    put(n);
  } else if (n < 0x800) {
    put(0xC0 | n >> 6);
    put(0x80 | (n & 0x3F));
  } else if (n < 0x10000) {
    put(0xE0 | n >> 12);
    put(0x80 | (n >> 6 & 0x3F));
    put(0x80 | (n & 0x3F));
  } else {
    put(0xF0 | n >> 18);
    put(0x80 | (n >> 12 & 0x3F));
    put(0x80 | (n >> 6 & 0x3F));
    put(0x80 | (n & 0x3F));
  }
}

/// Takes the first character off a text that isn't empty.
char32_t next_character(std::string_view& text) {
  auto const first = static_cast<unsigned char>(text[0]);
  std::size_t const length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  char32_t c = length < 2 ? first : first & (0x7Fu >> length);
  bool good = length != 0 && length <= text.size();
  for (std::size_t i = 1; good && i < length; ++i) {
    auto const b = static_cast<unsigned char>(text[i]);
    good = (b & 0xC0) == 0x80;
    c = c << 6 | (b & 0x3Fu);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  good = good && c >= least[length] && c <= 0x10FFFF && (c < 0xD800 || c >= 0xE000);
  text.remove_prefix(good ? length : 1);
  return good ? c : replacement;
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
