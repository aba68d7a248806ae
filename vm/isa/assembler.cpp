// Two passes: the first finds where each statement stands, the second emits its words.
#include "vm/isa/assembler.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <map>
#include <optional>
#include <string>

#include "vm/isa/encoding.h"

namespace coracle {
namespace {

/// One line's instruction or directive.
struct Statement {
  std::size_t line;
  std::size_t place;  // index of its first word
  std::string_view name;
  std::vector<std::string_view> operands;
};

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// Splits off and returns the text before `separator`; the separator goes, too.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view result = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return result;
}

bool is_label(std::string_view text) {
  if (text.empty() || !is_letter(text.front())) return false;
  for (const char c : text)
    if (!is_letter(c) && !is_digit(c)) return false;
  return true;
}

const InstructionInfo* find_by_name(std::string_view name) {
  for (const InstructionInfo& info : instruction_table)
    if (info.name == name) return &info;
  return nullptr;
}

/// Decimal, or hexadecimal after 0x; a minus sign may come first. 64 bits, in two's complement.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  int radix = 10;
  if (text.starts_with("0x")) {
    radix = 16;
    text.remove_prefix(2);
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, radix);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return negative ? 0 - value : value;
}

class Assembler {
 public:
  explicit Assembler(std::uint64_t base_address) : base_(base_address) {}

  Result<std::vector<std::uint32_t>> run(std::string_view text) {
    std::size_t line_number = 0;
    while (!text.empty()) {
      line_number += 1;
      std::string_view line = take(text, '\n');
      if (auto result = place_line(take(line, ';'), line_number); !result)
        return tl::unexpected(result.error());
    }
    for (const Statement& statement : statements_)
      if (auto result = emit(statement); !result) return tl::unexpected(result.error());
    return std::move(words_);
  }

 private:
  static tl::unexpected<Error> mistake(std::size_t line, const std::string& message) {
    return fail("line " + std::to_string(line) + ": " + message);
  }
  static tl::unexpected<Error> wrong_operand(const Statement& statement, std::string_view found,
                                             const std::string& expected) {
    return mistake(statement.line, std::string(statement.name) + ": found " + quoted(found) +
                                       ", expected " + expected);
  }
  static std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

  Result<void> place_line(std::string_view line, std::size_t line_number) {
    if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
      const std::string_view label = trim(take(line, ':'));
      if (!is_label(label))
        return mistake(line_number, "found " + quoted(label) + ", expected a label");
      if (!labels_.emplace(label, place_).second)
        return mistake(line_number,
                       "found a second label " + quoted(label) + ", expected each label once");
    }
    line = trim(line);
    if (line.empty()) return {};
    std::size_t name_end = 0;
    while (name_end < line.size() && !is_space(line[name_end])) name_end += 1;
    Statement statement{line_number, place_, line.substr(0, name_end), {}};
    line.remove_prefix(name_end);
    while (!trim(line).empty()) statement.operands.push_back(trim(take(line, ',')));
    const std::optional<std::size_t> size = words_of(statement.name);
    if (!size) {
      return mistake(line_number, "found " + quoted(statement.name) +
                                      ", expected an instruction or a directive");
    }
    place_ += *size;
    statements_.push_back(std::move(statement));
    return {};
  }

  static std::optional<std::size_t> words_of(std::string_view name) {
    constexpr ReturnPointLayout layout;
    if (name == ".word") return 1;
    if (name == ".quad") return 2;
    if (name == ".header") return layout.header / instruction_bytes;
    if (name == ".compact_header") return layout.compact_header / instruction_bytes;
    const InstructionInfo* info = find_by_name(name);
    if (info == nullptr) return std::nullopt;
    return info->flow == Flow::literal ? 1 + literal_bytes / instruction_bytes : 1;
  }

  Result<void> emit(const Statement& statement) {
    if (statement.name.starts_with('.')) return emit_directive(statement);
    const InstructionInfo& info = *find_by_name(statement.name);
    std::vector<std::string_view> texts = statement.operands;
    std::optional<std::uint64_t> literal;
    if (info.flow == Flow::literal && !texts.empty()) {
      const Result<std::uint64_t> value = number_or_label(statement, texts.back());
      if (!value) return tl::unexpected(value.error());
      literal = *value;
      texts.pop_back();
    }
    std::vector<std::int64_t> operands;
    for (std::size_t i = 0; i < texts.size(); i += 1) {
      // encode() refuses operands beyond the last field.
      const Field field = i < info.operands().size() ? info.operands()[i] : fields::no_field;
      const Result<std::int64_t> value = parse_operand(statement, field, texts[i]);
      if (!value) return tl::unexpected(value.error());
      operands.push_back(*value);
    }
    const Result<std::uint32_t> word = encode(info, operands);
    if (!word) return mistake(statement.line, word.error().message);
    words_.push_back(*word);
    if (literal) emit_wide(*literal);
    return {};
  }

  Result<void> emit_directive(const Statement& statement) {
    constexpr ReturnPointLayout layout;
    const bool takes_value = statement.name == ".word" || statement.name == ".quad";
    if (const std::size_t expected = takes_value ? 1 : 0; statement.operands.size() != expected) {
      return mistake(statement.line,
                     wrong_operand_count(statement.name, statement.operands.size(), expected));
    }
    if (takes_value) {
      const Result<std::uint64_t> value = number_or_label(statement, statement.operands[0]);
      if (!value) return tl::unexpected(value.error());
      if (statement.name == ".quad") {
        emit_wide(*value);
      } else if (*value <= UINT32_MAX) {
        words_.push_back(static_cast<std::uint32_t>(*value));
      } else {
        return wrong_operand(statement, statement.operands[0], "a number of at most 32 bits");
      }
      return {};
    }
    const bool compact = statement.name == ".compact_header";
    const std::size_t bytes = compact ? layout.compact_header : layout.header;
    const std::size_t toplink = bytes - (compact ? layout.compact_toplink : layout.toplink);
    for (std::size_t at = 0; at < bytes; at += 8) {
      const std::size_t offset = statement.place * instruction_bytes + at;
      const bool is_last = at + 8 == bytes;
      const std::uint64_t frame = compact ? 1 << 2 | 1 : 8;  // of one word, the return address
      emit_wide(at == toplink ? layout.code_data + offset : is_last ? frame : 0);
    }
    return {};
  }

  Result<std::int64_t> parse_operand(const Statement& statement, const Field& field,
                                     std::string_view text) const {
    const auto bad = [&](const char* expected) { return wrong_operand(statement, text, expected); };
    switch (field.kind) {
      case FieldKind::integer_register:
      case FieldKind::float_register: {
        const bool is_float = field.kind == FieldKind::float_register;
        const char* expected = is_float ? "a register f0 to f7" : "a register r0 to r15";
        if (!text.starts_with(is_float ? 'f' : 'r')) return bad(expected);
        const std::optional<std::uint64_t> value = parse_number(text.substr(1));
        if (!value || *value > static_cast<std::uint64_t>(field.greatest())) return bad(expected);
        return static_cast<std::int64_t>(*value);
      }
      case FieldKind::code_bytes:
      case FieldKind::code_words: {
        const Result<std::uint64_t> target = number_or_label(statement, text);
        if (!target) return tl::unexpected(target.error());
        const std::uint64_t next = base_ + (statement.place + 1) * instruction_bytes;
        const auto distance = static_cast<std::int64_t>(*target - next);
        if (field.kind == FieldKind::code_bytes) return distance;
        if (distance % 4 != 0) return bad("the address of an instruction");
        return distance / 4;
      }
      default: {
        const std::optional<std::uint64_t> value = parse_number(text);
        if (!value) return bad("a number");
        return static_cast<std::int64_t>(*value);
      }
    }
  }

  Result<std::uint64_t> number_or_label(const Statement& statement, std::string_view text) const {
    if (const std::optional<std::uint64_t> value = parse_number(text)) return *value;
    if (const auto found = labels_.find(text); found != labels_.end())
      return base_ + found->second * instruction_bytes;
    return wrong_operand(statement, text, "a number or a label");
  }

  /// 8 bytes in the host's byte order.
  void emit_wide(std::uint64_t value) {
    const auto halves = std::bit_cast<std::array<std::uint32_t, 2>>(value);
    words_.insert(words_.end(), halves.begin(), halves.end());
  }

  const std::uint64_t base_;
  std::size_t place_ = 0;
  std::map<std::string_view, std::size_t> labels_;  // with their places
  std::vector<Statement> statements_;
  std::vector<std::uint32_t> words_;
};

}  // namespace

Result<std::vector<std::uint32_t>> assemble(std::string_view text, std::uint64_t base_address) {
  return Assembler(base_address).run(text);
}

}  // namespace coracle
