// The command image: makes and inspects images without running what they hold.
#pragma once

#include <span>
#include <string>

namespace coracle {

/// `words`: what follows "image" on the command line. Returns the exit status.
int run_image(std::span<const std::string> words);
/// `words`: what follows "help image".
int run_image_help(std::span<const std::string> words);

}  // namespace coracle
