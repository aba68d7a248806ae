#include "vm/kernel/files/files.h"

#include "vm/host/files.h"
#include "vm/kernel/files/provided_files.h"
#include "vm/kernel/host.h"

namespace coracle::kernel {
namespace {

using host::FileKind;
using host::FileStatus;

std::optional<FileStatus> status_of(Thread& t, const char* path, bool follow) {
  std::string const name = expand_path(path);
  if (!await_file(t, name, 0)) return std::nullopt;
  return host::file_status(name.c_str(), follow);
}

bool is_kind(const std::optional<FileStatus>& status, FileKind kind) {
  return status && status->kind == kind;
}

Value time_value(Thread& t, const std::optional<FileStatus>& status,
                 host::Time FileStatus::* moment) {
  if (!status) return error_string(t, errno);
  const host::Time& when = (*status).*moment;
  return cons(t, make_integer(t, when.seconds), make_fixnum(when.nanoseconds));
}

}  // namespace

bool file_existsp(Thread& t, const char* path, bool follow) {
  return status_of(t, path, follow).has_value();
}
bool file_regularp(Thread& t, const char* path, bool follow) {
  return is_kind(status_of(t, path, follow), FileKind::regular);
}
bool file_directoryp(Thread& t, const char* path, bool follow) {
  return is_kind(status_of(t, path, follow), FileKind::directory);
}
bool file_symbolic_linkp(Thread& t, const char* path) {
  return is_kind(status_of(t, path, false), FileKind::symbolic_link);
}

bool fixedpathp(Thread&, const char* path) {
  // Not to be looked for in the source directories: absolute, empty, or starting with . or ..
  std::string const name = expand_path(path);
  std::string const first = name.substr(0, name.find('/'));
  return first.empty() || first == "." || first == "..";
}

Value delete_file(Thread& t, const char* path) {
  return success_or_error(t, host::remove_file(expand_path(path).c_str()) == 0);
}
Value delete_directory(Thread& t, const char* path) {
  return success_or_error(t, host::remove_directory(expand_path(path).c_str()) == 0);
}
Value rename_file(Thread& t, const char* from, const char* to) {
  return success_or_error(
      t, host::rename_file(expand_path(from).c_str(), expand_path(to).c_str()) == 0);
}
Value make_directory(Thread& t, const char* path, std::int32_t mode) {
  return success_or_error(t, host::make_directory(expand_path(path).c_str(), mode) == 0);
}
Value change_mode(Thread& t, const char* path, std::int32_t mode) {
  return success_or_error(t, host::set_permissions(expand_path(path).c_str(), mode) == 0);
}
Value get_mode(Thread& t, const char* path, bool follow) {
  auto const status = status_of(t, path, follow);
  return status ? make_fixnum(status->permissions) : error_string(t, errno);
}

Value path_atime(Thread& t, const char* path, bool follow) {
  return time_value(t, status_of(t, path, follow), &FileStatus::accessed);
}
Value path_ctime(Thread& t, const char* path, bool follow) {
  return time_value(t, status_of(t, path, follow), &FileStatus::changed);
}
Value path_mtime(Thread& t, const char* path, bool follow) {
  return time_value(t, status_of(t, path, follow), &FileStatus::modified);
}
Value fd_atime(Thread& t, std::int32_t fd) {
  return time_value(t, host::file_status(fd), &FileStatus::accessed);
}
Value fd_ctime(Thread& t, std::int32_t fd) {
  return time_value(t, host::file_status(fd), &FileStatus::changed);
}
Value fd_mtime(Thread& t, std::int32_t fd) {
  return time_value(t, host::file_status(fd), &FileStatus::modified);
}

bool fd_regularp(Thread&, std::int32_t fd) {
  return is_kind(host::file_status(fd), FileKind::regular);
}

bool same_devicep(Thread&, std::int32_t fd1, std::int32_t fd2) {
  auto const a = host::file_status(fd1);
  auto const b = host::file_status(fd2);
  return a && b && a->device == b->device && a->number == b->number;
}

const char* get_working_directory(Thread& t) {
  auto const name = host::working_directory();
  if (!name) return nullptr;
  std::string_view const with_nul{name->c_str(), name->size() + 1};
  return reinterpret_cast<const char*>(bytevector_data(make_bytevector(t, with_nul)));
}

std::int32_t set_working_directory(Thread&, const char* path) {
  std::string const name = expand_path(path);
  return host::uninterrupted([&] { return host::set_working_directory(name.c_str()); });
}

Value directory_list(Thread& t, const char* path) {
  auto const found = host::directory_names(expand_path(path).c_str());
  if (!found) return error_string(t, errno);
  Value names = nil;
  for (const std::string& name : *found) names = cons(t, make_bytevector(t, name), names);
  return names;
}

Value separator_char(Thread&) { return make_char(':'); }

}  // namespace coracle::kernel
