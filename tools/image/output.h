// What the subcommands print: tables for people, JSON for programs, text that is safe on a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "boot/image/image_format.h"
#include "vm/base/result.h"

namespace coracle::image {

/// Text in UTF-8 without characters that a terminal acts upon; those are printed as \x1b; and so on, bytes that
/// aren't UTF-8 as U+FFFD.
std::string printable(std::string_view text);
std::string utf8(std::u32string_view text);

/// How text looks on a terminal; elsewhere, or where the environment asks for no colours, it is plain.
class Style {
 public:
  /// For standard output.
  Style();
  std::string bold(std::string text) const { return with("1", std::move(text)); }
  std::string good(std::string text) const { return with("32", std::move(text)); }
  std::string bad(std::string text) const { return with("1;31", std::move(text)); }
  std::string faint(std::string text) const { return with("36", std::move(text)); }

 private:
  std::string with(std::string_view code, std::string text) const {
    return on_ ? "\x1b[" + std::string(code) + "m" + std::move(text) + "\x1b[0m" : std::move(text);
  }
  bool on_;
};

/// Columns, as wide as their longest text.
class Table {
 public:
  enum class Align : bool { left, right };
  struct Column {
    std::string title;
    Align align = Align::left;
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::string text(const Style& style) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// A JSON text that is written from its beginning to its end.
class Json {
 public:
  Json& open_object() { return open('{'); }
  Json& close_object() { return close('}'); }
  Json& open_array() { return open('['); }
  Json& close_array() { return close(']'); }
  Json& key(std::string_view name);
  Json& value(std::string_view text);
  Json& value(const char* text) { return value(std::string_view(text)); }
  Json& value(std::uint64_t n) { return plain(std::to_string(n)); }
  Json& value(bool b) { return plain(b ? "true" : "false"); }
  Json& null() { return plain("null"); }
  template <class T>
  Json& field(std::string_view name, const T& v) {
    key(name);
    return value(v);
  }
  Json& value(const std::vector<std::string>& texts);
  /// What was written since the last call.
  std::string drain() { return std::exchange(text_, {}); }
  /// The same, at the end.
  std::string take() { return drain() + "\n"; }

 private:
  void separate();
  Json& open(char c);
  Json& close(char c);
  Json& plain(std::string_view text);

  std::string text_;
  std::vector<bool> has_items_;
  bool after_key_ = false;
};

/// Writes to standard output; an error if it can't be written.
Result<void> print(std::string_view text);

}  // namespace coracle::image
