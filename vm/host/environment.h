// The program's surroundings: environment variables, home directories, the program's own path; and
// unpredictable random numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace coracle::host {

/// Null if there is none.
const char* environment_variable(const char* name);
int set_environment_variable(const char* name, const char* value);

/// The home directory of the user of that name, or of this user for ""; "" if there is none.
std::string home_directory(const std::string& user);
/// A path with ~ or ~user at its start replaced by that home directory, if there is one.
std::string expand_path(std::string_view path);

/// The path of the running program; "" if the host can't tell.
std::string program_path();

int process_id();

std::uint32_t random_number();

}  // namespace coracle::host
