// Files and folders by name: what they are, when they were used, and changing them.
//
// Entries that may be refused give a string with the operating system's reason.
#pragma once

#include "vm/exec/entry.h"

namespace coracle::kernel {

bool file_existsp(Thread& t, const char* path, bool follow);
bool file_regularp(Thread& t, const char* path, bool follow);
bool file_directoryp(Thread& t, const char* path, bool follow);
bool file_symbolic_linkp(Thread& t, const char* path);
bool fixedpathp(Thread& t, const char* path);

Value delete_file(Thread& t, const char* path);
Value delete_directory(Thread& t, const char* path);
Value rename_file(Thread& t, const char* from, const char* to);
Value make_directory(Thread& t, const char* path, std::int32_t mode);
Value change_mode(Thread& t, const char* path, std::int32_t mode);
/// The permission bits.
Value get_mode(Thread& t, const char* path, bool follow);

// --- Times: pairs of seconds since 1970 and nanoseconds.
Value path_atime(Thread& t, const char* path, bool follow);
Value path_ctime(Thread& t, const char* path, bool follow);
Value path_mtime(Thread& t, const char* path, bool follow);
Value fd_atime(Thread& t, std::int32_t fd);
Value fd_ctime(Thread& t, std::int32_t fd);
Value fd_mtime(Thread& t, std::int32_t fd);

bool fd_regularp(Thread& t, std::int32_t fd);
bool same_devicep(Thread& t, std::int32_t fd1, std::int32_t fd2);

/// The working folder as a NUL-terminated string that lives until the next safe point, or null.
const char* get_working_directory(Thread& t);
std::int32_t set_working_directory(Thread& t, const char* path);
/// A list of bytevectors: a name need not be UTF-8.
Value directory_list(Thread& t, const char* path);
/// What separates the folders of a search path.
Value separator_char(Thread& t);

}  // namespace coracle::kernel
