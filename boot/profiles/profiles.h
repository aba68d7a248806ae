// The releases of Chez Scheme whose images Coracle boots, with their machine types: one Profile for each
// pair, made from boot/profiles/*.def.
//
// To add one: tools/profile writes its .def; add a block to profiles.cpp.
// Must not know: what the numbers are used for.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "vm/base/profile.h"

namespace coracle {

/// All profiles, the primary release first.
std::span<const Profile> profiles();
/// The profile for the version number and the machine type of a fasl header, or nullptr.
const Profile* find_profile(std::uint32_t version, std::uint64_t machine_type);
/// The same by their names.
const Profile* find_profile(std::string_view release, std::string_view machine_name);
/// Any profile of the release, for facts that all its machine types share; or nullptr.
const Profile* find_release(std::uint64_t version);

/// "10.0.0" for 0x0A000000; "10.2.0-pre-release.2" or "9.5.9.8" if the last byte isn't 0.
std::string release_name(std::uint64_t version);
/// The name of a machine type by its number: the profile's name for it, or "number 99".
std::string machine_type_name(const Profile& profile, std::uint64_t number);
/// The releases that can be booted, for messages: "10.0.0", "10.0.0 or 9.5.9.8".
std::string supported_releases();
/// The machine types of a release that can be booted, in the same form.
std::string supported_machine_types(std::uint32_t version);

}  // namespace coracle
