// What objects of a fasl file are called in a disassembly: symbols and code by their names, data in Scheme's
// notation, cut short.
#pragma once

#include <string>

#include "boot/image/fasl_tree.h"
#include "vm/base/profile.h"

namespace coracle::image {

/// `profile` names C entries; it may be null.
std::string name_of(const FaslTreeNode& object, const Profile* profile);
/// The name of code; "(no name)" if it has none.
std::string name_of_code(const FaslTreeNode& code);
/// "1", "1, 2 or 4", "2 or more": the numbers of arguments that code takes.
std::string arity_of_code(const FaslTreeNode& code);

}  // namespace coracle::image
