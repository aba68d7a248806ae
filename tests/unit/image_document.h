// Coracle's format of images as a document: the second part of FORMAT.md.
#pragma once

#include <string>

namespace coracle {

std::string image_document();

}  // namespace coracle
