#include "vm/kernel/files/streams.h"

#include <array>
#include <map>

#include "vm/exec/vm.h"
#include "vm/host/files.h"
#include "vm/kernel/host.h"

namespace coracle::kernel {
namespace {

/// The streams that nothing was read from, by descriptor, with their copies: a copy exists, unfinished,
/// only if a signal interrupted the copying.
struct Streams final : KernelState {
  std::map<int, host::UniqueFd> copies;
};

bool write_all(int fd, const char* bytes, std::int64_t count) {
  while (count > 0) {
    auto const n = host::write_file(fd, bytes, static_cast<std::size_t>(count));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes += n;
    count -= n;
  }
  return true;
}

/// Continues the copy until the stream ends or a signal comes.
int copy(Thread& t, Streams& streams, int fd) {
  auto const stream = streams.copies.find(fd);
  if (stream == streams.copies.end()) {
    errno = ESPIPE;
    return -1;
  }
  host::UniqueFd& copy = stream->second;
  if (copy.get() < 0) copy = host::UniqueFd(host::open_nameless_file());
  if (copy.get() < 0) return -1;
  std::array<char, 65536> buffer;
  for (;;) {
    auto const n = host::read_file(fd, buffer.data(), buffer.size());
    if (n < 0 || !write_all(copy.get(), buffer.data(), n)) return -1;
    if (n == 0) break;
    // Reading a stream that is always ready is not interrupted, and the stream may have no end.
    if (signal_pending(t)) {
      errno = EINTR;
      return -1;
    }
  }
  if (host::seek_file(copy.get(), 0, host::From::start) != 0) return -1;
  if (host::replace_descriptor(fd, copy.get()) < 0) return -1;
  streams.copies.erase(stream);
  return 0;
}

}  // namespace

void note_opened(Thread& t, int fd) {
  if (host::seek_file(fd, 0, host::From::here) >= 0 || errno != ESPIPE) return;
  t.vm.kernel_states.get<Streams>().copies.emplace(fd, host::UniqueFd());
}

void note_used(Thread& t, int fd) {
  if (auto* const streams = t.vm.kernel_states.find<Streams>()) streams->copies.erase(fd);
}

std::optional<int> copy_stream(SafePoint safe_point, int fd) {
  auto* const streams = safe_point.thread.vm.kernel_states.find<Streams>();
  if (streams == nullptr) {
    errno = ESPIPE;
    return -1;
  }
  return waiting(safe_point, [&] { return copy(safe_point.thread, *streams, fd); });
}

}  // namespace coracle::kernel
