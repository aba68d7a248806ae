#include "vm/kernel/files/files.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "vm/base/result.h"
#include "vm/kernel/host.h"

namespace coracle::kernel {
namespace {

using Status = struct stat;

/// A file's status, or the errno value that says why there is none.
using StatusResult = tl::expected<Status, int>;

StatusResult status_of(const char* path, bool follow) {
  std::string const name = expand_path(path);
  Status status;
  int const result = follow ? ::stat(name.c_str(), &status) : ::lstat(name.c_str(), &status);
  if (result != 0) return tl::make_unexpected(errno);
  return status;
}

StatusResult status_of(int fd) {
  Status status;
  if (::fstat(fd, &status) != 0) return tl::make_unexpected(errno);
  return status;
}

enum class Moment : std::uint8_t { access, change, modification };

Value time_value(Thread& t, const StatusResult& status, Moment moment) {
  if (!status) return error_string(t, status.error());
#ifdef __APPLE__
  timespec const* times[] = {&status->st_atimespec, &status->st_ctimespec, &status->st_mtimespec};
#else
  timespec const* times[] = {&status->st_atim, &status->st_ctim, &status->st_mtim};
#endif
  const timespec& when = *times[static_cast<int>(moment)];
  return cons(t, make_integer(t, when.tv_sec), make_fixnum(when.tv_nsec));
}

}  // namespace

bool file_existsp(Thread&, const char* path, bool follow) {
  return status_of(path, follow).has_value();
}
bool file_regularp(Thread&, const char* path, bool follow) {
  auto const status = status_of(path, follow);
  return status && S_ISREG(status->st_mode);
}
bool file_directoryp(Thread&, const char* path, bool follow) {
  auto const status = status_of(path, follow);
  return status && S_ISDIR(status->st_mode);
}
bool file_symbolic_linkp(Thread&, const char* path) {
  auto const status = status_of(path, false);
  return status && S_ISLNK(status->st_mode);
}

bool fixedpathp(Thread&, const char* path) {
  // Not to be looked for in the source directories: absolute, empty, or starting with . or ..
  std::string const name = expand_path(path);
  std::string const first = name.substr(0, name.find('/'));
  return first.empty() || first == "." || first == "..";
}

Value delete_file(Thread& t, const char* path) {
  return success_or_error(t, ::unlink(expand_path(path).c_str()) == 0);
}
Value delete_directory(Thread& t, const char* path) {
  return success_or_error(t, ::rmdir(expand_path(path).c_str()) == 0);
}
Value rename_file(Thread& t, const char* from, const char* to) {
  return success_or_error(t, std::rename(expand_path(from).c_str(), expand_path(to).c_str()) == 0);
}
Value make_directory(Thread& t, const char* path, std::int32_t mode) {
  return success_or_error(t, ::mkdir(expand_path(path).c_str(), static_cast<mode_t>(mode)) == 0);
}
Value change_mode(Thread& t, const char* path, std::int32_t mode) {
  return success_or_error(t, ::chmod(expand_path(path).c_str(), static_cast<mode_t>(mode)) == 0);
}
Value get_mode(Thread& t, const char* path, bool follow) {
  auto const status = status_of(path, follow);
  return status ? make_fixnum(status->st_mode & 07777) : error_string(t, status.error());
}

Value path_atime(Thread& t, const char* path, bool follow) {
  return time_value(t, status_of(path, follow), Moment::access);
}
Value path_ctime(Thread& t, const char* path, bool follow) {
  return time_value(t, status_of(path, follow), Moment::change);
}
Value path_mtime(Thread& t, const char* path, bool follow) {
  return time_value(t, status_of(path, follow), Moment::modification);
}
Value fd_atime(Thread& t, std::int32_t fd) { return time_value(t, status_of(fd), Moment::access); }
Value fd_ctime(Thread& t, std::int32_t fd) { return time_value(t, status_of(fd), Moment::change); }
Value fd_mtime(Thread& t, std::int32_t fd) {
  return time_value(t, status_of(fd), Moment::modification);
}

bool fd_regularp(Thread&, std::int32_t fd) {
  auto const status = status_of(fd);
  return status && S_ISREG(status->st_mode);
}

bool same_devicep(Thread&, std::int32_t fd1, std::int32_t fd2) {
  auto const a = status_of(fd1);
  auto const b = status_of(fd2);
  return a && b && a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

const char* get_working_directory(Thread& t) {
  std::vector<char> name(1024);
  while (::getcwd(name.data(), name.size()) == nullptr) {
    if (errno != ERANGE) return nullptr;
    name.resize(2 * name.size());
  }
  std::string_view const with_nul{name.data(), std::char_traits<char>::length(name.data()) + 1};
  return reinterpret_cast<const char*>(bytevector_data(make_bytevector(t, with_nul)));
}

std::int32_t set_working_directory(Thread&, const char* path) {
  std::string const name = expand_path(path);
  return uninterrupted([&] { return ::chdir(name.c_str()); });
}

Value directory_list(Thread& t, const char* path) {
  struct Close {
    void operator()(DIR* d) const { ::closedir(d); }
  };
  std::unique_ptr<DIR, Close> const directory(::opendir(expand_path(path).c_str()));
  if (directory == nullptr) return error_string(t, errno);
  Value names = nil;
  while (const dirent* entry = ::readdir(directory.get())) {
    names = cons(t, make_bytevector(t, std::string_view(entry->d_name)), names);
  }
  return names;
}

Value separator_char(Thread&) { return make_char(':'); }

}  // namespace coracle::kernel
