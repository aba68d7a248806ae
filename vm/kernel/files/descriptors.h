// File descriptors, and the compressed files behind some of them, for the image's ports.
//
// A port's file is a fixnum: a descriptor, or, where the entry's last argument says that the file is
// compressed, the number under which the machine keeps that file open. Results are the image's
// protocol: what was asked for, or a string that says why not.
#pragma once

#include "vm/exec/entry.h"

namespace coracle::kernel {

Value new_open_input_fd(SafePoint sp, const char* path, bool maybe_compressed);
Value new_open_output_fd(SafePoint sp, const char* path, std::int32_t permissions,
                         std::int32_t options);
Value new_open_input_output_fd(SafePoint sp, const char* path, std::int32_t permissions,
                               std::int32_t options);
Value close_fd(SafePoint sp, Value file, bool compressed);
std::int32_t gzxfile_fd(Thread& t, Value file);
Value compress_input_fd(SafePoint sp, std::int32_t fd, SignedWord position);
Value compress_output_fd(Thread& t, std::int32_t fd);

Value bytevector_read(Thread& t, Value file, Value bytevector, SignedWord start, SignedWord count,
                      bool compressed);
Value bytevector_read_nb(Thread& t, Value file, Value bytevector, SignedWord start,
                         SignedWord count, bool compressed);
Value bytevector_write(Thread& t, Value file, Value bytevector, SignedWord start, SignedWord count,
                       bool compressed);
Value put_byte(Thread& t, Value file, std::int32_t byte, bool compressed);

Value get_fd_pos(SafePoint sp, Value file, bool compressed);
Value set_fd_pos(Thread& t, Value file, Value position, bool compressed);
Value get_fd_non_blocking(Thread& t, Value file, bool compressed);
Value set_fd_non_blocking(Thread& t, Value file, bool non_blocking, bool compressed);
Value get_fd_length(Thread& t, Value file, bool compressed);
Value set_fd_length(Thread& t, Value file, Value length, bool compressed);

}  // namespace coracle::kernel
