// Files by descriptor and by name, and directories. How a call fails: errors.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vm/host/clocks.h"

namespace coracle::host {

inline constexpr int standard_input = 0, standard_output = 1, standard_error = 2;

struct OpenMode {
  bool read = false, write = false;
  bool create = false, exclusive = false;  // exclusive: the file must not exist yet
  bool truncate = false, append = false;
  bool close_on_exec = false;
};
/// A descriptor. `permissions` are those of a file that is created, before the process's mask.
/// Waits, for example for the other end of a FIFO; then a signal interrupts it.
int open_file(const char* path, const OpenMode& mode, int permissions = 0666);
int close_file(int fd);

/// The number of bytes, 0 at the end of the file.
std::int64_t read_file(int fd, void* to, std::size_t count);
std::int64_t write_file(int fd, const void* from, std::size_t count);

/// Makes sure that the numbers of the standard descriptors are in use, so that no file that is opened
/// later becomes the console. A console that was closed still can't be used: reading 0 fails, and so
/// does writing 1 or 2.
void reserve_standard_descriptors();

enum class From : std::uint8_t { start, here, end };
/// The new position.
std::int64_t seek_file(int fd, std::int64_t offset, From from);
int set_file_length(int fd, std::int64_t length);
/// Waits until no other process has locked the file; a signal interrupts it.
int lock_file(int fd);

/// A file without a name, empty, for writing and reading; it goes away when it is closed.
int open_nameless_file();
/// Makes `fd` a descriptor of the same file as `by`, which stays open.
int replace_descriptor(int fd, int by);

/// Whether reading `count` bytes would wait now, on a host whose events (signals) don't come while anything waits:
/// a caller that can wait otherwise should. False where waiting does no harm, or if that can't be found out.
bool read_would_wait(int fd, std::size_t count);

/// 1 or 0.
int is_non_blocking(int fd);
int set_non_blocking(int fd, bool non_blocking);

enum class FileKind : std::uint8_t { regular, directory, symbolic_link, other };
struct FileStatus {
  FileKind kind;
  int permissions;
  std::int64_t size;
  std::uint64_t device, number;  // together they identify the file
  Time accessed, changed, modified;
};
/// `follow`: the status of what a symbolic link leads to, not of the link.
std::optional<FileStatus> file_status(const char* path, bool follow = true);
std::optional<FileStatus> file_status(int fd);

int remove_file(const char* path);
int remove_directory(const char* path);
int rename_file(const char* from, const char* to);
int make_directory(const char* path, int permissions);
int set_permissions(const char* path, int permissions);
/// The names in a directory, in no particular order.
std::optional<std::vector<std::string>> directory_names(const char* path);
std::optional<std::string> working_directory();
int set_working_directory(const char* path);

/// A descriptor that is closed when its owner goes away.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = other.release();
    }
    return *this;
  }
  ~UniqueFd() { close(); }

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  /// Closes it now: 0 or an errno value. A close that a signal interrupted counts as done: the
  /// descriptor's number may already be in use again.
  int close();

 private:
  int fd_ = -1;
};

}  // namespace coracle::host
