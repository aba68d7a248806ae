// A release profile: every number that differs between Chez releases, as one constant table.
//
// Owns: the shape of the table. The tables themselves are boot/profiles/*.def. The offsets are named
// in vm/base/context.def, the other numbers in vm/base/profile.def. Numbers that all supported
// releases share (tags, object layouts, instruction encodings) are constants in
// vm/heap/objects/layout.h and vm/isa, not here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace coracle {

/// A field of the thread context; see context.def.
enum class Tc : std::uint8_t {
#define CONTEXT_FIELD(name, kind) name,
#include "vm/base/context.def"
#undef CONTEXT_FIELD
};
inline constexpr std::size_t context_field_count = 0
#define CONTEXT_FIELD(name, kind) +1
#include "vm/base/context.def"
#undef CONTEXT_FIELD
    ;

struct Profile {
  std::string_view release;                              // "10.0.0"
  std::uint32_t version;                                 // scheme_version of the fasl header
  std::uint32_t machine_type;                            // machine_type_pb
  std::string_view machine_name;                         // "pb"
  std::span<const std::string_view> machine_type_names;  // by number
  std::span<const std::string_view> c_entry_names;       // c_entry_name_vector, by index
  // Bytes, by Tc. A field that the release doesn't have is a word that the kernel adds after
  // context_size.
  std::array<std::uint16_t, context_field_count> context_offsets;
  std::uint32_t absent_context_fields;
#define PROFILE_NUMBER(type, field, name) type field;
#define PROFILE_FACT(type, field) type field;
#include "vm/base/profile.def"
#undef PROFILE_NUMBER
#undef PROFILE_FACT

  constexpr std::uint16_t offset(Tc field) const {
    return context_offsets[static_cast<std::size_t>(field)];
  }
  /// The size of the thread context in bytes, with the fields that the release doesn't have.
  constexpr std::size_t context_bytes() const {
    return context_size + std::size_t{8} * absent_context_fields;
  }
};

}  // namespace coracle
