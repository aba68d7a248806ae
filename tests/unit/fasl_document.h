// The fasl format as a document: FORMAT.md is what this prints.
#pragma once

#include <string>

namespace coracle {

std::string fasl_document();

}  // namespace coracle
