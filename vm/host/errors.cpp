#include "vm/host/errors.h"

#include <system_error>

namespace coracle::host {

std::string error_text(int error) { return std::generic_category().message(error); }

}  // namespace coracle::host
