// What surrounds the program: environment variables, home directories, where it lies itself; and
// random numbers that nobody can foretell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace coracle::host {

/// Null where there is none.
const char* environment_variable(const char* name);
int set_environment_variable(const char* name, const char* value);

/// Of this user for "", or of the one of that name; "" where there is none.
std::string home_directory(const std::string& user);
/// A path whose ~ or ~user at its start is replaced by a home directory, where there is such.
std::string expand_path(std::string_view path);

/// Where the program that runs lies; "" where the host can't tell.
std::string program_path();

int process_id();

std::uint32_t random_number();

}  // namespace coracle::host
