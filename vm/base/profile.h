// A release profile: every number that differs between Chez releases, as one constant table.
//
// Owns: the shape of the table. The tables themselves are boot/profiles/*.def; the offsets' names
// are vm/base/context.def. Numbers that all supported releases share (tags, object layouts,
// instruction encodings) are constants in vm/heap/layout.h and vm/isa, not here.
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
  std::uint32_t context_size;                            // size_tc, bytes
  std::array<std::uint16_t, context_field_count> context_offsets;  // bytes, by Tc
  std::uint32_t library_entry_count;                               // library_entry_vector_size
  std::uint32_t library_nonprocedure_code;                         // index of the library entry
  std::uint32_t library_dounderflow;                               // index of the library entry
  std::span<const std::string_view> c_entry_names;                 // c_entry_name_vector, by index
  // Return points: distances in bytes from the return address back to its header's words.
  std::int16_t return_frame_size;    // return_address_frame_size_disp
  std::int16_t return_live_mask;     // return_address_livemask_disp
  std::int16_t return_toplink;       // return_address_toplink_disp
  std::int16_t return_mv_address;    // return_address_mv_return_address_disp
  std::int16_t return_compact_mask;  // compact_return_address_mask_size_mode_disp

  constexpr std::uint16_t offset(Tc field) const {
    return context_offsets[static_cast<std::size_t>(field)];
  }
};

}  // namespace coracle
