// The fasl codes as a table in memory, made from fasl.def.
//
// Owns: codes, rows, field kinds, record field types. Invariants: an object's fields are scalars, then
// references, then at most one tail (checked at compile time).
// Must not know: the heap, files.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace coracle {

enum class FaslCode : std::uint8_t {
#define FASL(code, name, role, ...) name = code,
#include "boot/image/fasl.def"
#undef FASL
};

enum class FaslRole : std::uint8_t { structure, object };

// Kinds of fields, in the order in which a row may have them: scalars, references, tails.
#define CORACLE_FASL_FIELD_KINDS(KIND)                                                          \
  KIND(byte, "one byte")                                                                        \
  KIND(word, "an unsigned number")                                                              \
  KIND(integer, "a signed number")                                                              \
  KIND(count, "an unsigned number: how many elements follow, each of a byte or more")           \
  KIND(mask, "an unsigned number: one element follows for each bit that is set")                \
  KIND(externals, "an unsigned number, in releases that write it (see Graphs)")                 \
  KIND(text, "a count, and that many characters, each an unsigned number")                      \
  KIND(octets, "`count` bytes")                                                                 \
  KIND(digits, "`count` unsigned numbers below 2^32")                                           \
  KIND(fixnums, "`count` signed numbers")                                                       \
  KIND(object, "an object")                                                                     \
  KIND(objects, "`count` objects, or one for each bit of `mask`")                               \
  KIND(entries, "`count` times two objects")                                                    \
  KIND(code_body, "`count` bytes; a count, the words of the relocation table; the relocations") \
  KIND(record_fields, "`count` fields, each preceded by a byte for its type")                   \
  KIND(optional_record, "0, or a record without its code")

enum class FaslFieldKind : std::uint8_t {
#define KIND(name, meaning) name,
  CORACLE_FASL_FIELD_KINDS(KIND)
#undef KIND
};
constexpr bool is_scalar(FaslFieldKind k) { return k <= FaslFieldKind::fixnums; }
constexpr bool is_tail(FaslFieldKind k) { return k >= FaslFieldKind::code_body; }

struct FaslField {
  FaslFieldKind kind{};
  std::string_view meaning{};
};
inline constexpr std::size_t maximum_fasl_fields = 8;

struct FaslRow {
  FaslCode code{};
  std::string_view name{};
  FaslRole role{};
  std::array<FaslField, maximum_fasl_fields> fields{};
  std::uint8_t field_count = 0;
  std::uint8_t scalar_count = 0;  // leading fields
  std::uint8_t object_count = 0;  // references outside `objects` and `entries`
  bool has_objects = false, has_entries = false, has_tail = false;

  constexpr bool is_leaf() const { return scalar_count == field_count; }
};

namespace fasl_detail {
#define KIND(name, meaning) \
  constexpr FaslField name(std::string_view text_) { return {FaslFieldKind::name, text_}; }
CORACLE_FASL_FIELD_KINDS(KIND)
#undef KIND

template <class... F>
constexpr FaslRow row(FaslCode code, std::string_view name, FaslRole role, F... fields) {
  FaslRow r{code, name, role, {fields...}, sizeof...(F)};
  bool scalars = true;
  for (std::uint8_t i = 0; i < r.field_count; ++i) {
    FaslFieldKind const k = r.fields[i].kind;
    if (is_scalar(k)) {
      if (!scalars) throw "scalars come first";
      ++r.scalar_count;
      continue;
    }
    scalars = false;
    if (r.has_tail) throw "the tail comes last";
    if (is_tail(k)) r.has_tail = true;
    else if (k == FaslFieldKind::object) ++r.object_count;
    else if (k == FaslFieldKind::objects) r.has_objects = true;
    else r.has_entries = true;
  }
  return r;
}

/// Rows by code; a row without a name isn't a code of the format.
constexpr std::array<FaslRow, 128> make_rows() {
  std::array<FaslRow, 128> rows{};
#define FASL(code, name, role, ...) \
  rows[code] = row(FaslCode::name, #name, FaslRole::role __VA_OPT__(, ) __VA_ARGS__);
#include "boot/image/fasl.def"
#undef FASL
  return rows;
}
}  // namespace fasl_detail

inline constexpr std::array<FaslRow, 128> fasl_rows = fasl_detail::make_rows();

constexpr const FaslRow& fasl_row(FaslCode code) {
  return fasl_rows[static_cast<std::size_t>(code)];
}
/// "vector (code 4)" or "code 200", for messages.
inline std::string fasl_code_name(std::uint8_t code) {
  std::string number = "code " + std::to_string(code);
  if (code >= fasl_rows.size() || fasl_rows[code].name.empty()) return number;
  return std::string(fasl_rows[code].name) + " (" + number + ")";
}

/// Types of a record's fields: the low 4 bits of the byte before each field. The high 4 bits are the number
/// of bytes of padding before it.
enum class FaslFieldType : std::uint8_t {
  pointer = 0,
  u8 = 1,
  i16 = 2,
  i24 = 3,
  i32 = 4,
  i40 = 5,
  i48 = 6,
  i56 = 7,
  i64 = 8,
  single_float = 9,
  double_float = 10,
};
/// The bytes of a field in memory; 0 if there is no such type.
constexpr std::uint8_t fasl_field_width(FaslFieldType t) {
  constexpr std::uint8_t widths[] = {8, 1, 2, 3, 4, 5, 6, 7, 8, 4, 8};
  auto const i = static_cast<std::size_t>(t);
  return i < std::size(widths) ? widths[i] : 0;
}

/// When an object is loaded; the code before each object of a file.
enum class Situation : std::uint8_t {
#define SITUATION(name) name = static_cast<std::uint8_t>(FaslCode::name)
  SITUATION(visit),
  SITUATION(revisit),
  SITUATION(visit_revisit),
#undef SITUATION
};

}  // namespace coracle
