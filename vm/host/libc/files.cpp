#include "vm/host/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "vm/host/errors.h"

namespace coracle::host {

static_assert(sizeof(off_t) == 8, "files beyond 4 GB: compile with _FILE_OFFSET_BITS=64");

namespace {

Time time_of(const timespec& time) {
  return {time.tv_sec, static_cast<std::int32_t>(time.tv_nsec)};
}

FileStatus status_of(const struct stat& status) {
  FileStatus result;
  result.kind = S_ISREG(status.st_mode)   ? FileKind::regular
                : S_ISDIR(status.st_mode) ? FileKind::directory
                : S_ISLNK(status.st_mode) ? FileKind::symbolic_link
                                          : FileKind::other;
  result.permissions = static_cast<int>(status.st_mode & 07777);
  result.size = status.st_size;
  result.device = status.st_dev;
  result.number = status.st_ino;
#ifdef __APPLE__
  result.accessed = time_of(status.st_atimespec);
  result.changed = time_of(status.st_ctimespec);
  result.modified = time_of(status.st_mtimespec);
#else
  result.accessed = time_of(status.st_atim);
  result.changed = time_of(status.st_ctim);
  result.modified = time_of(status.st_mtim);
#endif
  return result;
}

}  // namespace

int open_file(const char* path, const OpenMode& mode, int permissions) {
  int flags = mode.write ? (mode.read ? O_RDWR : O_WRONLY) : O_RDONLY;
  if (mode.create) flags |= O_CREAT;
  if (mode.exclusive) flags |= O_EXCL;
  if (mode.truncate) flags |= O_TRUNC;
  if (mode.append) flags |= O_APPEND;
  if (mode.close_on_exec) flags |= O_CLOEXEC;
  return ::open(path, flags, static_cast<mode_t>(permissions));
}

int close_file(int fd) { return ::close(fd); }

void reserve_standard_descriptors() {
  for (int fd : {standard_input, standard_output, standard_error}) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is this one.
    (void)::open("/dev/null", fd == standard_input ? O_WRONLY : O_RDONLY);
  }
}

std::int64_t read_file(int fd, void* to, std::size_t count) { return ::read(fd, to, count); }
std::int64_t write_file(int fd, const void* from, std::size_t count) {
  return ::write(fd, from, count);
}

std::int64_t seek_file(int fd, std::int64_t offset, From from) {
  constexpr int whence[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  return ::lseek(fd, offset, whence[static_cast<int>(from)]);
}
int set_file_length(int fd, std::int64_t length) { return ::ftruncate(fd, length); }

int open_nameless_file() {
  std::FILE* const file = std::tmpfile();
  if (file == nullptr) return -1;
  int const fd = ::fcntl(::fileno(file), F_DUPFD_CLOEXEC, 0);
  std::fclose(file);
  return fd;
}
int replace_descriptor(int fd, int by) { return ::dup2(by, fd); }

std::optional<FileStatus> file_status(const char* path, bool follow) {
  struct stat status;
  if ((follow ? ::stat(path, &status) : ::lstat(path, &status)) != 0) return std::nullopt;
  return status_of(status);
}
std::optional<FileStatus> file_status(int fd) {
  struct stat status;
  if (::fstat(fd, &status) != 0) return std::nullopt;
  return status_of(status);
}

int remove_file(const char* path) { return ::unlink(path); }
int remove_directory(const char* path) { return ::rmdir(path); }
int rename_file(const char* from, const char* to) { return std::rename(from, to); }
int make_directory(const char* path, int permissions) {
  return ::mkdir(path, static_cast<mode_t>(permissions));
}
int set_permissions(const char* path, int permissions) {
  return ::chmod(path, static_cast<mode_t>(permissions));
}

std::optional<std::vector<std::string>> directory_names(const char* path) {
  struct Close {
    void operator()(DIR* d) const { ::closedir(d); }
  };
  std::unique_ptr<DIR, Close> const directory(::opendir(path));
  if (directory == nullptr) return std::nullopt;
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(directory.get())) names.emplace_back(entry->d_name);
  return names;
}

std::optional<std::string> working_directory() {
  std::string name(1024, '\0');
  while (::getcwd(name.data(), name.size()) == nullptr) {
    if (errno != ERANGE) return std::nullopt;
    name.resize(2 * name.size());
  }
  name.resize(name.find('\0'));
  return name;
}
int set_working_directory(const char* path) { return ::chdir(path); }

}  // namespace coracle::host
