// What print-manual prints, each as a text.
#pragma once

#include <string>

#include "tools/manual/command_line.h"

namespace coracle::manual {

std::string manual_page(const Command& program);
std::string image_manual_page(const Command& program);
std::string bash_completion(const Command& program);
std::string zsh_completion(const Command& program);
std::string fish_completion(const Command& program);

}  // namespace coracle::manual
