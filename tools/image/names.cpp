#include "tools/image/names.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "tools/image/output.h"
#include "vm/base/value.h"

namespace coracle::image {
namespace {

constexpr std::size_t longest_text = 60;
constexpr std::size_t most_elements = 5;
constexpr int deepest = 3;

std::string quoted(std::u32string_view text) {
  std::string result = "\"";
  bool const cut = text.size() > longest_text;
  for (char32_t const c : text.substr(0, longest_text)) {
    if (c == '"' || c == '\\') result += '\\';
    result += printable(utf8({&c, 1}));
  }
  return result + (cut ? "...\"" : "\"");
}

std::string number(double d) {
  char text[40];
  std::string result(text, std::to_chars(text, text + sizeof text, d).ptr);
  return result.find_first_of(".en") == std::string::npos ? result + ".0" : result;
}

std::string immediate(Value v) {
  if (is_fixnum(v)) return std::to_string(fixnum_value(v));
  if (is_char(v)) {
    char32_t const c = char_value(v);
    if (c > 0x20 && c < 0x7F) return std::string("#\\") + static_cast<char>(c);
    char text[20];
    std::snprintf(text, sizeof text, "#\\x%x", static_cast<unsigned>(c));
    return text;
  }
  if (v == false_value) return "#f";
  if (v == true_value) return "#t";
  if (v == nil) return "()";
  if (v == void_value) return "#<void>";
  if (v == eof_value) return "#!eof";
  if (v == unbound_value) return "#<unbound object>";
  if (v == broken_weak_pointer) return "#!bwp";
  if (v == black_hole) return "#<black hole>";
  return "#<immediate " + std::to_string(v.bits) + ">";
}

std::string text_of(std::u32string_view text) { return printable(utf8(text)); }

/// What a record type is called: its unique name's readable part.
std::string name_of_type(const FaslTreeNode& type) {
  if (type.code == FaslCode::rtd && !type.parts.empty()) return text_of(type.parts[0]->text[0]);
  return type.code == FaslCode::base_rtd ? "record type" : "an unknown type";
}

class Printer {
 public:
  explicit Printer(const Profile* profile) : profile_(profile) {}

  std::string print(const FaslTreeNode& o, int depth) {
    switch (o.code) {
      case FaslCode::symbol: return text_of(o.text[0]);
      case FaslCode::gensym: return "#{" + text_of(o.text[0]) + " " + text_of(o.text[1]) + "}";
      case FaslCode::uninterned_symbol: return "#:" + text_of(o.text[0]);
      case FaslCode::string:
      case FaslCode::immutable_string: return quoted(o.text[0]);
      case FaslCode::small_integer: return std::to_string(static_cast<std::int64_t>(o.words[0]));
      case FaslCode::large_integer:
        return "#<integer of " + std::to_string(32 * o.digits.size()) + " bits>";
      case FaslCode::flonum:
        return number(std::bit_cast<double>(o.words[0] << 32 | (o.words[1] & 0xFFFF'FFFF)));
      case FaslCode::ratnum: return part(o, 0, depth) + "/" + part(o, 1, depth);
      case FaslCode::exactnum:
      case FaslCode::inexactnum: {
        std::string const imaginary = part(o, 1, depth);
        return part(o, 0, depth) + (imaginary.starts_with('-') ? "" : "+") + imaginary + "i";
      }
      case FaslCode::immediate: return immediate(Value{o.words[0]});
      case FaslCode::pair: return list(o, depth);
      case FaslCode::vector:
      case FaslCode::immutable_vector: return "#(" + elements(o, o.parts.size(), depth) + ")";
      case FaslCode::box:
      case FaslCode::immutable_box: return "#&" + part(o, 0, depth);
      case FaslCode::bytevector:
      case FaslCode::immutable_bytevector:
        return "#<bytevector of " + std::to_string(o.octets.size()) + " bytes>";
      case FaslCode::code: return "code " + name_of_code(o);
      case FaslCode::closure:
        return "procedure " + (o.parts.empty() ? "" : name_of_code(*o.parts[0]));
      case FaslCode::library: return "library entry " + std::to_string(o.words[0]);
      case FaslCode::library_code: return "code of library entry " + std::to_string(o.words[0]);
      case FaslCode::entry: return "C entry " + c_entry(o.words[0]);
      case FaslCode::base_rtd: return "#<base record type>";
      case FaslCode::rtd: return "#<record type " + name_of_type(o) + ">";
      case FaslCode::record:
        return "#<record of " + (o.parts.empty() ? "" : name_of_type(*o.parts[0])) + ">";
      default: break;
    }
    std::string name(fasl_row(o.code).name);
    std::ranges::replace(name, '_', ' ');
    return "#<" + name + ">";
  }

 private:
  std::string part(const FaslTreeNode& o, std::size_t i, int depth) {
    if (i >= o.parts.size() || depth >= deepest) return "...";
    return print(*o.parts[i], depth + 1);
  }
  std::string elements(const FaslTreeNode& o, std::size_t n, int depth) {
    std::string text;
    for (std::size_t i = 0; i < n; ++i) {
      if (i != 0) text += " ";
      if (i == most_elements) return text + "...";
      text += part(o, i, depth);
    }
    return text;
  }
  std::string list(const FaslTreeNode& o, int depth) {
    if (o.parts.empty()) return "(...)";
    std::size_t const n = o.parts.size() - 1;
    std::string text = "(" + elements(o, n, depth);
    const FaslTreeNode& last = *o.parts[n];
    bool const proper = last.code == FaslCode::immediate && Value{last.words[0]} == nil;
    if (!proper && n <= most_elements) text += " . " + part(o, n, depth);
    return text + ")";
  }
  std::string c_entry(std::uint64_t index) const {
    return profile_ != nullptr && index < profile_->c_entry_names.size()
               ? std::string(profile_->c_entry_names[static_cast<std::size_t>(index)])
               : std::to_string(index);
  }

  const Profile* profile_;
};

}  // namespace

std::string name_of(const FaslTreeNode& object, const Profile* profile) {
  return Printer(profile).print(object, 0);
}

std::string name_of_code(const FaslTreeNode& code) {
  if (code.parts.empty()) return "(no name)";
  const FaslTreeNode& name = *code.parts[0];
  bool const is_text = name.code == FaslCode::string || name.code == FaslCode::immutable_string;
  return is_text ? text_of(name.text[0]) : "(no name)";
}

std::string arity_of_code(const FaslTreeNode& code) {
  // A bit for each number of arguments; a negative mask is for all numbers from some one on.
  const FaslTreeNode& mask = *code.parts[1];
  std::int64_t bits;
  if (mask.code == FaslCode::small_integer) {
    bits = static_cast<std::int64_t>(mask.words[0]);
  } else if (mask.code == FaslCode::immediate && is_fixnum(Value{mask.words[0]})) {
    bits = fixnum_value(Value{mask.words[0]});
  } else {
    return "unknown";
  }
  std::vector<std::string> numbers;
  int const all_from = bits < 0 ? 64 - std::countl_one(static_cast<std::uint64_t>(bits)) : 64;
  for (int i = 0; i < all_from; ++i) {
    if ((bits >> i & 1) != 0) numbers.push_back(std::to_string(i));
  }
  if (bits < 0) numbers.push_back(std::to_string(all_from) + " or more");
  std::string text;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i != 0) text += i + 1 == numbers.size() && bits >= 0 ? " or " : ", ";
    text += numbers[i];
  }
  return text.empty() ? "none" : text;
}

}  // namespace coracle::image
