#include "vm/host/encodings.h"

#include <iconv.h>

#include <cerrno>

namespace coracle::host {
namespace {

class IconvConversion final : public Conversion {
 public:
  explicit IconvConversion(iconv_t descriptor) : descriptor_(descriptor) {}
  ~IconvConversion() override { ::iconv_close(descriptor_); }

  Stop step(std::span<char>& in, std::span<char>& out) override {
    char* from = in.data();
    char* to = out.data();
    std::size_t from_left = in.size();
    std::size_t to_left = out.size();
    std::size_t const result = ::iconv(descriptor_, &from, &from_left, &to, &to_left);
    int const error = result == static_cast<std::size_t>(-1) ? errno : 0;
    in = {from, from_left};
    out = {to, to_left};
    switch (error) {
      case 0: return Stop::end_of_input;
      case EILSEQ: return Stop::invalid;
      case EINVAL: return Stop::incomplete;
      case E2BIG: return Stop::no_room;
      default: return Stop::unknown;
    }
  }

 private:
  iconv_t descriptor_;
};

}  // namespace

std::unique_ptr<Conversion> Conversion::open(const char* to, const char* from) {
  iconv_t const descriptor = ::iconv_open(to, from);
  if (descriptor == reinterpret_cast<iconv_t>(-1)) return nullptr;
  return std::make_unique<IconvConversion>(descriptor);
}

}  // namespace coracle::host
