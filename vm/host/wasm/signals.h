// Signals reach JavaScript only when the program returns to node's event loop. The one that is found out
// otherwise: the window has another size.
#pragma once

namespace coracle::host {

/// Calls the handler of window changes if there is one and this isn't the size of the last call; then true.
bool tell_of_window_change(unsigned size);

}  // namespace coracle::host
