#include "wasm/javascript.h"

#include <emscripten/em_js.h>

// clang-format off
EM_JS(unsigned, coracle_js_call, (unsigned id), { return Module["host"].call(id); })
EM_JS(void, coracle_js_forget, (unsigned id), { Module["host"].forget(id); })
EM_JS(bool, coracle_js_write, (int descriptor, const char* text, unsigned size), {
  return Module["host"].write(descriptor, HEAPU8.subarray(text, text + size));
})
EM_JS(unsigned, coracle_js_file_state, (const char* path), {
  return Module["host"].fileState(UTF8ToString(path));
})
// clang-format on

namespace coracle::javascript {

std::uint32_t call(std::uint32_t id) { return coracle_js_call(id); }
void forget(std::uint32_t id) { coracle_js_forget(id); }
bool write(int descriptor, std::string_view text) {
  return coracle_js_write(descriptor, text.data(), text.size());
}

FileState file_state(const std::string& path) {
  return static_cast<FileState>(coracle_js_file_state(path.c_str()));
}

}  // namespace coracle::javascript
