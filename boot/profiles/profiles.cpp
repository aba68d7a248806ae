#include "boot/profiles/profiles.h"

#include <array>
#include <vector>

namespace coracle {
namespace {

/// Filled by the rows of a release's .def file.
struct ProfileTable {
  static constexpr std::uint16_t missing_offset = 0xFFFF;
  static constexpr std::size_t maximum_names = 128;

  struct Names {
    std::array<std::string_view, maximum_names> names{};
    std::size_t count = 0;
    constexpr void add(std::string_view name) { names[count++] = name; }
    constexpr std::span<const std::string_view> all() const { return {names.data(), count}; }
  };

  enum class Number : std::size_t {
#define PROFILE_NUMBER(type, field, name) field,
#define PROFILE_FACT(type, field) field,
#include "vm/base/profile.def"
#undef PROFILE_NUMBER
#undef PROFILE_FACT
    count
  };

  Profile numbers{};
  Names c_entries{}, machine_types{};
  std::array<bool, static_cast<std::size_t>(Number::count)> has{};

  constexpr ProfileTable() {
    for (std::uint16_t& offset : numbers.context_offsets) offset = missing_offset;
  }
  constexpr void set_offset(Tc field, std::uint16_t offset) {
    numbers.context_offsets[static_cast<std::size_t>(field)] = offset;
  }
  constexpr void add_absent(Tc field) {
    set_offset(field, static_cast<std::uint16_t>(numbers.context_bytes()));
    ++numbers.absent_context_fields;
  }
  constexpr bool complete() const {
    for (std::uint16_t const offset : numbers.context_offsets) {
      if (offset >= numbers.context_bytes()) return false;
    }
    for (bool const given : has) {
      if (!given) return false;
    }
    return numbers.version != 0 && !numbers.machine_name.empty() && c_entries.count != 0 &&
           machine_types.count > numbers.machine_type &&
           machine_types.names[numbers.machine_type] == numbers.machine_name;
  }
};

#define RELEASE(name, number) \
  t.numbers.release = name;   \
  t.numbers.version = number;
#define MACHINE(number, name)      \
  t.numbers.machine_type = number; \
  t.numbers.machine_name = name;
#define NUMBER(field, number) \
  t.numbers.field = number;   \
  t.has[static_cast<std::size_t>(ProfileTable::Number::field)] = true;
#define CONTEXT_OFFSET(field, offset) t.set_offset(Tc::field, offset);
#define CONTEXT_ABSENT(field) t.add_absent(Tc::field);
#define C_ENTRY(name) t.c_entries.add(name);
#define MACHINE_TYPE(name) t.machine_types.add(name);

constexpr ProfileTable chez_10_0_0_pb = [] {
  ProfileTable t;
#include "boot/profiles/chez_10_0_0_pb.def"
  return t;
}();
static_assert(chez_10_0_0_pb.complete(), "a row is missing in chez_10_0_0_pb.def");

constexpr ProfileTable chez_10_2_0_pre_release_2_pb = [] {
  ProfileTable t;
#include "boot/profiles/chez_10_2_0_pre_release_2_pb.def"
  return t;
}();
static_assert(chez_10_2_0_pre_release_2_pb.complete(),
              "a row is missing in chez_10_2_0_pre_release_2_pb.def");

constexpr ProfileTable chez_9_5_9_8_pb = [] {
  ProfileTable t;
#include "boot/profiles/chez_9_5_9_8_pb.def"
  return t;
}();
static_assert(chez_9_5_9_8_pb.complete(), "a row is missing in chez_9_5_9_8_pb.def");

#undef RELEASE
#undef MACHINE
#undef NUMBER
#undef CONTEXT_OFFSET
#undef CONTEXT_ABSENT
#undef C_ENTRY
#undef MACHINE_TYPE

/// The profile of a table; its lists of names point into the table.
constexpr Profile profile_of(const ProfileTable& table) {
  Profile p = table.numbers;
  p.c_entry_names = table.c_entries.all();
  p.machine_type_names = table.machine_types.all();
  return p;
}

constexpr Profile all_profiles[] = {
    profile_of(chez_10_0_0_pb),
    profile_of(chez_10_2_0_pre_release_2_pb),
    profile_of(chez_9_5_9_8_pb),
};

constexpr const Profile* find(std::uint32_t version, std::uint64_t machine_type) {
  for (const Profile& p : all_profiles) {
    if (p.version == version && p.machine_type == machine_type) return &p;
  }
  return nullptr;
}
static_assert(
    [] {
      for (const Profile& p : all_profiles) {
        if (find(p.version, p.machine_type) != &p) return false;
      }
      return true;
    }(),
    "two profiles are for one release and machine type");

/// "a", "a or b", "a, b or c".
std::string alternatives(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

}  // namespace

std::span<const Profile> profiles() { return all_profiles; }

const Profile* find_profile(std::uint32_t version, std::uint64_t machine_type) {
  return find(version, machine_type);
}

const Profile* find_profile(std::string_view release, std::string_view machine_name) {
  for (const Profile& p : all_profiles) {
    if (p.release == release && p.machine_name == machine_name) return &p;
  }
  return nullptr;
}

const Profile* find_release(std::uint64_t version) {
  for (const Profile& p : all_profiles) {
    if (p.version == version) return &p;
  }
  return nullptr;
}

std::string release_name(std::uint64_t version) {
  if (version >> 32 != 0) return "unknown (" + std::to_string(version) + ")";
  auto part = [&](int shift) { return std::to_string((version >> shift) & 0xFF); };
  std::string name = part(24) + "." + part(16) + "." + part(8);
  // Until 9.9.9 the fourth part was an ordinary part of the version; since then it numbers a pre-release.
  if ((version & 0xFF) != 0) name += (version < 0x09090900 ? "." : "-pre-release.") + part(0);
  return name;
}

std::string machine_type_name(const Profile& profile, std::uint64_t number) {
  if (number < profile.machine_type_names.size()) {
    return std::string(profile.machine_type_names[number]);
  }
  return "number " + std::to_string(number);
}

std::string supported_releases() {
  std::vector<std::string_view> names;
  for (const Profile& p : all_profiles) {
    if (find_release(p.version) == &p) names.push_back(p.release);
  }
  return alternatives(names);
}

std::string supported_machine_types(std::uint32_t version) {
  std::vector<std::string_view> names;
  for (const Profile& p : all_profiles) {
    if (p.version == version) names.push_back(p.machine_name);
  }
  return alternatives(names);
}

}  // namespace coracle
