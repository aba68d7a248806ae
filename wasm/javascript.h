// What C++ asks of JavaScript: methods of the module's property `host`, an object of scheme.js or
// program.js. None of them throws.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace coracle::javascript {

/// What JavaScript's function did. Larger numbers: it returned a promise, whose number is the result less
/// `promised`.
enum CallOutcome : std::uint32_t { returned, threw, promised };

/// Calls a function with the arguments in the output; what it returned or threw is the input.
std::uint32_t call(std::uint32_t id);
/// No Scheme object stands for this JavaScript object any more.
void forget(std::uint32_t id);
enum class FileState : std::uint32_t { awaited, present, failed };
/// Of a path that Scheme asks about: whether what is there is in the file system. If not, JavaScript gets it,
/// or the input is a text that says what went wrong.
FileState file_state(const std::string& path);
/// Text for the console's output (1) or error output (2). False: the program's callback threw; the input says
/// what.
bool write(int descriptor, std::string_view text);

}  // namespace coracle::javascript
