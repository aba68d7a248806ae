#include "vm/kernel/files/descriptors.h"

#include <limits>
#include <map>

#include "vm/exec/vm.h"
#include "vm/host/files.h"
#include "vm/kernel/codec/compressed_file.h"
#include "vm/kernel/codec/compression.h"
#include "vm/kernel/files/console.h"
#include "vm/kernel/files/provided_files.h"
#include "vm/kernel/files/streams.h"
#include "vm/kernel/host.h"
#include "vm/kernel/numbers/integers.h"
#include "vm/kernel/process/signals.h"
#include "vm/kernel/ranges.h"

namespace coracle::kernel {
namespace {

/// Why a file could not be opened (equates.h: OPEN_ERROR_*).
enum class OpenError : int { other = 0, protection = 1, exists = 2, exists_not = 3 };

/// Options of output files (equates.h: open_fd_*).
enum OpenOption : std::int32_t {
  no_create = 0x1,
  no_fail = 0x2,
  no_truncate = 0x4,
  append = 0x8,
  lock = 0x10,
  replace = 0x20,
  compressed_output = 0x40,
};

/// The compressed files that the image holds by number. Numbers are not used again, so that one of a
/// closed file is always an error.
class OpenFiles final : public KernelState {
 public:
  static OpenFiles& of(Thread& t) { return t.vm.kernel_states.get<OpenFiles>(); }

  Value add(std::unique_ptr<CompressedFile> file) {
    files_.emplace(++last_, std::move(file));
    return make_fixnum(last_);
  }
  CompressedFile& find(Value number) {
    auto const it = is_fixnum(number) ? files_.find(fixnum_value(number)) : files_.end();
    if (it == files_.end()) throw SchemeError{"", "~s is not an open compressed file", {number}};
    return *it->second;
  }
  std::unique_ptr<CompressedFile> remove(Value number) {
    find(number);
    return std::move(files_.extract(fixnum_value(number)).mapped());
  }

 private:
  std::map<SignedWord, std::unique_ptr<CompressedFile>> files_;
  SignedWord last_ = 0;
};

int descriptor(Value file) {
  if (!is_fixnum(file) || fixnum_value(file) < 0 ||
      fixnum_value(file) > std::numeric_limits<int>::max()) {
    throw SchemeError{"", "~s is not a file descriptor", {file}};
  }
  return static_cast<int>(fixnum_value(file));
}

Value open_error(Thread& t, OpenError kind, Value message) {
  return cons(t, make_fixnum(static_cast<int>(kind)), message);
}

Value open_error(Thread& t, int error) {
  OpenError kind = OpenError::other;
  switch (error) {
    case EACCES: kind = OpenError::protection; break;
    case EEXIST: kind = OpenError::exists; break;
    case ENOENT: kind = OpenError::exists_not; break;
    default: break;
  }
  return open_error(t, kind, error_string(t, error));
}

/// Why an operation on a compressed file failed, as the image shows it.
Value compressed_error(Thread& t, const FileResult& result) {
  return result.error == 0 ? make_string_utf8(t, "compression failed")
                           : error_string(t, result.error);
}

/// Those that the image makes around the entries that open files.
constexpr int opening_critical_sections = 1;

constexpr const char* no_compression_state =
    "unable to allocate compression state (too many open files?)";
constexpr const char* not_reset = "unable to reset after reading header bytes";

Value open_output(SafePoint sp, const char* path, bool read, std::int32_t permissions,
                  std::int32_t options) {
  Thread& t = sp.thread;
  host::OpenMode mode;
  mode.read = read;
  mode.write = true;
  mode.create = (options & no_create) == 0;
  mode.exclusive = (options & (no_fail | no_create)) == 0;
  mode.truncate = (options & no_truncate) == 0;
  mode.append = (options & append) != 0;

  std::string const name = expand_path(path);
  if ((options & replace) != 0 && host::remove_file(name.c_str()) != 0 && errno != ENOENT) {
    return open_error(t, errno);
  }
  auto const opened = waiting(sp, [&] { return host::open_file(name.c_str(), mode, permissions); });
  if (!opened) return void_value;
  host::UniqueFd fd(*opened);
  if (fd.get() < 0) return open_error(t, errno);
  if ((options & lock) != 0) {
    auto const locked = waiting(sp, [&] { return host::lock_file(fd.get()); });
    if (!locked) return void_value;
    // Where there are no locks, the image's option has no effect, as in Chez's kernel.
    if (*locked != 0 && errno != ENOSYS) {
      return open_error(t, OpenError::other, error_string(t, errno));
    }
  }
  if ((options & compressed_output) == 0) return make_fixnum(fd.release());
  return OpenFiles::of(t).add(
      open_compressed_output(std::move(fd), compress_format(t), compress_level(t)));
}

/// The embedder's console, if there is one and the descriptor is one of its descriptors.
const Console* console_of(const Thread& t, int fd) {
  return fd <= host::standard_error ? t.vm.kernel_states.find<Console>() : nullptr;
}

/// Where there is no input yet: suspends the call that runs, or returns EINTR for the image's event check.
int wait_for_input(const Thread& t) {
  constexpr int critical_sections = 1;  // the image's ports make it
  if (event_due(t, critical_sections)) return EINTR;
  if (t.suspendable() == nullptr) {
    throw SchemeError{"", "the console has no input yet, and this call can't wait for it", {}};
  }
  throw Suspension{SuspendedBy::input, critical_sections};
}

/// Repeats a read or write until it succeeds, fails, or a signal comes that Scheme code handles.
template <class F>
FileResult interruptible(Thread& t, F operation) {
  for (;;) {
    FileResult result = file_failure(EINTR);
    t.waits.wait([&] {
      result = operation();
      errno = result.error;
      return result.count;
    });
    if (!result.failed() || result.error != EINTR || signal_pending(t)) return result;
  }
}

FileResult read_some(Thread& t, Value file, std::span<std::uint8_t> buffer, bool compressed,
                     bool waits) {
  if (compressed) {
    CompressedFile& f = OpenFiles::of(t).find(file);
    return interruptible(t, [&] { return f.read(buffer); });
  }
  int const fd = descriptor(file);
  if (const Console* const console = console_of(t, fd)) {
    auto const n = console->read(buffer);
    if (n == Console::no_input_yet) return file_failure(waits ? wait_for_input(t) : EAGAIN);
    return n < 0 ? file_failure(EIO) : FileResult{n};
  }
  note_used(t, fd);
  if ((!waits || t.suspendable() != nullptr) && host::read_would_wait(fd, buffer.size())) {
    return file_failure(waits ? wait_for_input(t) : EAGAIN);
  }
  return interruptible(t, [&]() -> FileResult {
    auto const n = host::read_file(fd, buffer.data(), buffer.size());
    return n < 0 ? file_failure(errno) : FileResult{n};
  });
}

FileResult write_some(Thread& t, Value file, std::span<const std::uint8_t> bytes, bool compressed) {
  if (compressed) {
    CompressedFile& f = OpenFiles::of(t).find(file);
    return interruptible(t, [&] { return f.write(bytes); });
  }
  int const fd = descriptor(file);
  if (const Console* const console = console_of(t, fd)) {
    auto const n = console->write(fd, bytes);
    return n < 0 ? file_failure(EIO) : FileResult{n};
  }
  return interruptible(t, [&]() -> FileResult {
    auto const n = host::write_file(fd, bytes.data(), bytes.size());
    return n < 0 ? file_failure(errno) : FileResult{n};
  });
}

/// What the image expects from a write that failed before it wrote anything.
Value write_failure(Thread& t, const FileResult& result, bool compressed) {
  // 0: nothing was written, try again. After an interrupt the image's event check comes first.
  if (result.error == EAGAIN || result.error == EWOULDBLOCK || result.error == EINTR) {
    return make_fixnum(0);
  }
  return compressed ? compressed_error(t, result) : error_string(t, result.error);
}

}  // namespace

Value new_open_input_fd(SafePoint sp, const char* path, bool maybe_compressed) {
  Thread& t = sp.thread;
  std::string const name = expand_path(path);
  if (!await_file(t, name, opening_critical_sections)) return open_error(t, errno);
  auto const opened = waiting(sp, [&] { return host::open_file(name.c_str(), {.read = true}); });
  if (!opened) return void_value;
  host::UniqueFd fd(*opened);
  if (fd.get() < 0) return open_error(t, errno);
  if (!maybe_compressed) {
    note_opened(t, fd.get());
    return make_fixnum(fd.release());
  }
  auto const magic = waiting(sp, [&] { return read_magic(fd.get()); });
  if (!magic) return void_value;
  if (*magic < 0) {
    return open_error(t, OpenError::other, make_string_utf8(t, no_compression_state));
  }
  auto const format = compression_of(*magic);
  if (!format) return make_fixnum(fd.release());
  // A box tells the image that the file is compressed.
  return make_box(t, OpenFiles::of(t).add(open_compressed_input(std::move(fd), *format)));
}

Value new_open_output_fd(SafePoint sp, const char* path, std::int32_t permissions,
                         std::int32_t options) {
  return open_output(sp, path, false, permissions, options);
}

Value new_open_input_output_fd(SafePoint sp, const char* path, std::int32_t permissions,
                               std::int32_t options) {
  if ((options & compressed_output) != 0) {
    return make_string_utf8(sp.thread, "compressed input/output files not supported");
  }
  return open_output(sp, path, true, permissions, options);
}

Value compress_input_fd(SafePoint sp, std::int32_t fd, SignedWord position) {
  Thread& t = sp.thread;
  note_used(t, fd);
  auto const magic = waiting(sp, [&] { return read_magic(fd); });
  if (!magic) return void_value;
  if (*magic < 0) return make_string_utf8(t, no_compression_state);
  if (auto const format = compression_of(*magic)) {
    return make_box(t, OpenFiles::of(t).add(open_compressed_input(host::UniqueFd(fd), *format)));
  }
  if (host::seek_file(fd, position, host::From::start) != position) {
    return make_string_utf8(t, not_reset);
  }
  return make_fixnum(fd);
}

Value compress_output_fd(Thread& t, std::int32_t fd) {
  return make_box(t, OpenFiles::of(t).add(open_compressed_output(
                         host::UniqueFd(fd), compress_format(t), compress_level(t))));
}

std::int32_t gzxfile_fd(Thread& t, Value file) { return OpenFiles::of(t).find(file).fd(); }

Value close_fd(SafePoint sp, Value file, bool compressed) {
  Thread& t = sp.thread;
  if (compressed) {
    // If a handler leaves for another place, what is not written yet is lost.
    std::unique_ptr<CompressedFile> const closing = OpenFiles::of(t).remove(file);
    FileResult result;
    auto const closed = waiting(sp, [&] {
      result = closing->close();
      errno = result.error;
      return result.count;
    });
    if (!closed) return void_value;
    return result.failed() ? compressed_error(t, result) : true_value;
  }
  int const fd = descriptor(file);
  if (fd <= host::standard_error) return true_value;  // the standard ones stay open
  note_used(t, fd);
  int const error = host::UniqueFd(fd).close();
  return error == 0 ? true_value : error_string(t, error);
}

namespace {

Value read_bytes(Thread& t, Value file, Value bytevector, SignedWord start, SignedWord count,
                 bool compressed, bool waits) {
  if (noncontinuable_interrupt(t)) return false_value;
  auto const buffer = bytevector_range(bytevector, start, count);
  FileResult const result = read_some(t, file, buffer, compressed, waits);
  if (result.count > 0) return make_fixnum(result.count);
  // The image's event check comes next, and then it asks again.
  if (keyboard_interrupt_pending(t) || result.error == EINTR) {
    return make_string_utf8(t, "interrupt");
  }
  if (!result.failed()) return eof_value;
  if (result.error == EAGAIN || result.error == EWOULDBLOCK) return make_fixnum(0);
  return compressed ? compressed_error(t, result) : error_string(t, result.error);
}

}  // namespace

Value bytevector_read(Thread& t, Value file, Value bytevector, SignedWord start, SignedWord count,
                      bool compressed) {
  return read_bytes(t, file, bytevector, start, count, compressed, true);
}

Value bytevector_read_nb(Thread& t, Value file, Value bytevector, SignedWord start,
                         SignedWord count, bool compressed) {
  if (compressed) return make_fixnum(1);  // taken to be always ready
  int const fd = descriptor(file);
  // A console of the embedder is never waited for here.
  bool const switched = console_of(t, fd) == nullptr && host::is_non_blocking(fd) == 0;
  if (switched) host::set_non_blocking(fd, true);
  struct Restore {
    int fd;
    bool switched;
    ~Restore() {
      if (switched) host::set_non_blocking(fd, false);
    }
  } const restore{fd, switched};
  return read_bytes(t, file, bytevector, start, count, false, false);
}

Value bytevector_write(Thread& t, Value file, Value bytevector, SignedWord start, SignedWord count,
                       bool compressed) {
  if (noncontinuable_interrupt(t)) return false_value;
  std::span<const std::uint8_t> bytes = bytevector_range(bytevector, start, count);
  SignedWord written = 0;
  while (!bytes.empty()) {
    FileResult const result = write_some(t, file, bytes, compressed);
    if (result.failed()) {
      // An error after some bytes comes back when the image writes the rest.
      return written > 0 ? make_fixnum(written) : write_failure(t, result, compressed);
    }
    written += result.count;
    bytes = bytes.subspan(static_cast<std::size_t>(result.count));
    if (signal_pending(t)) break;
  }
  return make_fixnum(written);
}

Value put_byte(Thread& t, Value file, std::int32_t byte, bool compressed) {
  if (noncontinuable_interrupt(t)) return false_value;
  std::uint8_t const b = static_cast<std::uint8_t>(byte);
  FileResult const result = write_some(t, file, {&b, 1}, compressed);
  return result.failed() ? write_failure(t, result, compressed) : make_fixnum(result.count);
}

Value get_fd_pos(SafePoint sp, Value file, bool compressed) {
  Thread& t = sp.thread;
  if (compressed) return make_integer(t, OpenFiles::of(t).find(file).position());
  int const fd = descriptor(file);
  auto position = host::seek_file(fd, 0, host::From::here);
  if (position < 0 && errno == ESPIPE) {
    auto const copied = copy_stream(sp, fd);
    if (!copied) return void_value;
    position = *copied;
  }
  return position < 0 ? error_string(t, errno) : make_integer(t, position);
}

Value set_fd_pos(Thread& t, Value file, Value position_, bool compressed) {
  SignedWord const position = integer_value(t, position_);
  if (compressed) {
    FileResult const result = OpenFiles::of(t).find(file).seek(position);
    if (result.failed()) return compressed_error(t, result);
    return result.count == position ? true_value : make_string_utf8(t, "compression failed");
  }
  return success_or_error(
      t, host::seek_file(descriptor(file), position, host::From::start) == position);
}

Value get_fd_non_blocking(Thread& t, Value file, bool compressed) {
  if (compressed) return false_value;
  int const non_blocking = host::is_non_blocking(descriptor(file));
  return non_blocking < 0 ? error_string(t, errno) : make_boolean(non_blocking != 0);
}

Value set_fd_non_blocking(Thread& t, Value file, bool non_blocking, bool compressed) {
  if (compressed) {
    return non_blocking ? make_string_utf8(t, "Compressed non-blocking ports not supported")
                        : true_value;
  }
  return success_or_error(t, host::set_non_blocking(descriptor(file), non_blocking) == 0);
}

Value get_fd_length(Thread& t, Value file, bool compressed) {
  if (compressed) return make_string_utf8(t, "Not supported on compressed files");
  auto const status = host::file_status(descriptor(file));
  return status ? make_integer(t, status->size) : error_string(t, errno);
}

Value set_fd_length(Thread& t, Value file, Value length_, bool compressed) {
  if (compressed) return make_string_utf8(t, "Not supported on compressed files");
  SignedWord const length = integer_value(t, length_);
  int const fd = descriptor(file);
  return success_or_error(
      t, host::uninterrupted([&] { return host::set_file_length(fd, length); }) == 0);
}

}  // namespace coracle::kernel
