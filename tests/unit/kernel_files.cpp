// Files, descriptors and compressed files, through the entries that the image calls.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "machine_fixture.h"
#include "tests/unit/needs.h"
#include "tests/unit/safe_points.h"
#include "vm/kernel/codec/compression.h"
#include "vm/kernel/files/descriptors.h"
#include "vm/kernel/files/files.h"

namespace coracle {
namespace {

using namespace kernel;

/// A folder that is removed after the test.
struct FilesFixture : MachineFixture {
  FilesFixture() {
    std::string name = (std::filesystem::temp_directory_path() / "coracle-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder = name;
  }
  ~FilesFixture() { std::filesystem::remove_all(folder); }

  std::string path(const char* name) const { return folder + "/" + name; }
  Value open_in(const char* name, bool maybe_compressed = false) {
    return new_open_input_fd(test::SafePoints::of(t), path(name).c_str(), maybe_compressed);
  }
  Value open_out(const char* name, int options) {
    return new_open_output_fd(test::SafePoints::of(t), path(name).c_str(), 0666, options);
  }
  Value bytes(std::string_view s) { return make_bytevector(t, s); }
  /// Everything up to the end of the file.
  std::string read_all(Value file, bool compressed, SignedWord chunk = 1000) {
    std::string result;
    Value const buffer = make_bytevector(t, static_cast<Word>(chunk));
    for (;;) {
      Value const n = bytevector_read(t, file, buffer, 0, chunk, compressed);
      if (n == eof_value) return result;
      REQUIRE_MESSAGE(is_fixnum(n), (is_string(n) ? string_utf8(n) : ""));
      result.append(reinterpret_cast<char*>(bytevector_data(buffer)),
                    static_cast<std::size_t>(fixnum_value(n)));
    }
  }
  void write_all(Value file, const std::string& s, bool compressed) {
    Value const buffer = bytes(s);
    auto const size = static_cast<SignedWord>(s.size());
    REQUIRE(bytevector_write(t, file, buffer, 0, size, compressed) == make_fixnum(size));
  }

  std::string folder;
};

/// Text that compresses, but not to nothing.
std::string sample(std::size_t n) {
  std::string s;
  std::uint32_t x = 1;
  while (s.size() < n) {
    x = x * 1664525 + 1013904223;
    s += "line " + std::to_string(x >> 20) + "\n";
  }
  s.resize(n);
  return s;
}

constexpr int truncate_always = 0x2;  // no-fail: an existing file is truncated
constexpr int compressed_option = 0x40;

TEST_CASE_FIXTURE(FilesFixture, "a file is written, read, measured and cut") {
  Value const out = open_out("a", truncate_always);
  REQUIRE(is_fixnum(out));
  write_all(out, "hello, world", false);
  CHECK(put_byte(t, out, '!', false) == make_fixnum(1));
  CHECK(get_fd_pos(test::SafePoints::of(t), out, false) == make_fixnum(13));
  CHECK(get_fd_length(t, out, false) == make_fixnum(13));
  CHECK(set_fd_pos(t, out, make_fixnum(1), false) == true_value);
  write_all(out, "E", false);
  CHECK(set_fd_length(t, out, make_fixnum(5), false) == true_value);
  CHECK(close_fd(test::SafePoints::of(t), out, false) == true_value);

  Value const in = open_in("a");
  CHECK(read_all(in, false) == "hEllo");
  CHECK(close_fd(test::SafePoints::of(t), in, false) == true_value);
  CHECK(string_utf8(close_fd(test::SafePoints::of(t), in, false)) == "Bad file descriptor");
}

TEST_CASE_FIXTURE(FilesFixture, "positions beyond 4 GB") {
  Value const out = open_out("big", truncate_always);
  Value const far = make_integer(t, SignedWord{5} << 30);
  CHECK(set_fd_pos(t, out, far, false) == true_value);
  write_all(out, "x", false);
  CHECK(fixnum_value(get_fd_length(t, out, false)) == (SignedWord{5} << 30) + 1);
  CHECK(close_fd(test::SafePoints::of(t), out, false) == true_value);
}

TEST_CASE_FIXTURE(FilesFixture, "failures to open are pairs of a kind and a reason") {
  auto kind = [](Value v) { return is_pair(v) ? fixnum_value(car(v)) : -1; };
  auto reason = [](Value v) { return string_utf8(cdr(v)); };
  Value const missing = open_in("missing");
  CHECK(kind(missing) == 3);
  CHECK(reason(missing) == "No such file or directory");
  Value const out = open_out("a", 0);
  REQUIRE(is_fixnum(out));
  CHECK(close_fd(test::SafePoints::of(t), out, false) == true_value);
  CHECK(kind(open_out("a", 0)) == 2);     // exists
  CHECK(kind(open_out("b", 0x1)) == 3);   // must not be created
  CHECK(is_fixnum(open_out("a", 0x20)));  // replaces
  CHECK(kind(new_open_output_fd(test::SafePoints::of(t), folder.c_str(), 0666, truncate_always)) ==
        0);
  CHECK(string_utf8(new_open_input_output_fd(test::SafePoints::of(t), path("c").c_str(), 0666,
                                             compressed_option)) ==
        "compressed input/output files not supported");
}

TEST_CASE_FIXTURE(FilesFixture, "compressed files of both formats") {
  for (int format = 0; format < 2; format++) {
    for (int level = 0; level < 5; level++) {
      CAPTURE(format);
      CAPTURE(level);
      t.set_value(Tc::compress_format, make_fixnum(format));
      t.set_value(Tc::compress_level, make_fixnum(level));
      std::string const text = sample(600'000);  // more than two frames of LZ4
      Value const out = open_out("z", truncate_always | compressed_option);
      write_all(out, text, true);
      CHECK(get_fd_pos(test::SafePoints::of(t), out, true) == make_fixnum(600'000));
      CHECK(close_fd(test::SafePoints::of(t), out, true) == true_value);
      CHECK(std::filesystem::file_size(path("z")) < 300'000);

      Value const opened = open_in("z", true);
      REQUIRE(is_box(opened));
      Value const in = box_ref(opened);
      CHECK(read_all(in, true, 10'007) == text);
      // Backwards, forwards, and past the end.
      CHECK(set_fd_pos(t, in, make_fixnum(100'000), true) == true_value);
      CHECK(read_all(in, true, 70'000) == text.substr(100'000));
      CHECK(set_fd_pos(t, in, make_fixnum(0), true) == true_value);
      CHECK(set_fd_pos(t, in, make_fixnum(599'999), true) == true_value);
      CHECK(read_all(in, true, 1) == text.substr(599'999));
      CHECK(set_fd_pos(t, in, make_fixnum(1'000'000), true) == true_value);
      CHECK(read_all(in, true) == "");
      CHECK(close_fd(test::SafePoints::of(t), in, true) == true_value);
      CHECK_THROWS_AS(close_fd(test::SafePoints::of(t), in, true), SchemeError);
    }
  }
}

TEST_CASE_FIXTURE(FilesFixture, "a compressed output file only moves forward") {
  for (int format = 0; format < 2; format++) {
    t.set_value(Tc::compress_format, make_fixnum(format));
    Value const out = open_out("z", truncate_always | compressed_option);
    CHECK(set_fd_pos(t, out, make_fixnum(5), true) == true_value);
    write_all(out, "x", true);
    CHECK(is_string(set_fd_pos(t, out, make_fixnum(2), true)));
    CHECK(close_fd(test::SafePoints::of(t), out, true) == true_value);
    Value const in = box_ref(open_in("z", true));
    CHECK(read_all(in, true) == std::string(5, '\0') + "x");
    CHECK(close_fd(test::SafePoints::of(t), in, true) == true_value);
  }
}

TEST_CASE_FIXTURE(FilesFixture, "an appended gzip member, and data that is not a member") {
  t.set_value(Tc::compress_format, make_fixnum(0));
  for (const char* part : {"one ", "two"}) {
    Value const out = open_out("z", truncate_always | 0x4 | 0x8 | compressed_option);
    write_all(out, part, true);
    CHECK(close_fd(test::SafePoints::of(t), out, true) == true_value);
  }
  std::ofstream(path("z"), std::ios::app) << "rubbish";
  Value const in = box_ref(open_in("z", true));
  CHECK(read_all(in, true) == "one two");
  CHECK(close_fd(test::SafePoints::of(t), in, true) == true_value);
}

TEST_CASE_FIXTURE(FilesFixture, "a file that is not compressed is opened as it is") {
  for (const char* text : {"", "x", "plain text"}) {
    std::ofstream(path("p")) << text;
    Value const in = open_in("p", true);
    REQUIRE(is_fixnum(in));
    CHECK(read_all(in, false) == text);
    // Later, from a position.
    CHECK(set_fd_pos(t, in, make_fixnum(0), false) == true_value);
    CHECK(compress_input_fd(test::SafePoints::of(t), static_cast<int>(fixnum_value(in)), 0) == in);
    CHECK(close_fd(test::SafePoints::of(t), in, false) == true_value);
  }
}

TEST_CASE_FIXTURE(FilesFixture, "damaged compressed files") {
  for (int format = 0; format < 2; format++) {
    CAPTURE(format);
    t.set_value(Tc::compress_format, make_fixnum(format));
    std::string const text = sample(50'000);
    Value const out = open_out("z", truncate_always | compressed_option);
    write_all(out, text, true);
    CHECK(close_fd(test::SafePoints::of(t), out, true) == true_value);
    auto const size = std::filesystem::file_size(path("z"));

    std::filesystem::resize_file(path("z"), size / 2);
    Value in = box_ref(open_in("z", true));
    std::string const start = read_all(in, true);
    CHECK(text.starts_with(start));
    CHECK(close_fd(test::SafePoints::of(t), in, true) == true_value);

    std::fstream(path("z"), std::ios::in | std::ios::out).seekp(12) << "????????????????";
    in = box_ref(open_in("z", true));
    Value const buffer = make_bytevector(t, 1 << 17);
    Value n = make_fixnum(1);
    while (is_fixnum(n)) n = bytevector_read(t, in, buffer, 0, 1 << 17, true);
    CHECK((is_string(n) || n == eof_value));
    CHECK(close_fd(test::SafePoints::of(t), in, true) == true_value);
  }
}

TEST_CASE_FIXTURE(FilesFixture, "descriptors that don't block" * needs(host::Facility::processes)) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  Value const in = make_fixnum(ends[0]);
  Value const buffer = make_bytevector(t, 10);
  CHECK(get_fd_non_blocking(t, in, false) == false_value);
  CHECK(bytevector_read_nb(t, in, buffer, 0, 10, false) == make_fixnum(0));
  CHECK(get_fd_non_blocking(t, in, false) == false_value);
  CHECK(set_fd_non_blocking(t, in, true, false) == true_value);
  CHECK(get_fd_non_blocking(t, in, false) == true_value);
  CHECK(bytevector_read(t, in, buffer, 0, 10, false) == make_fixnum(0));
  CHECK(::write(ends[1], "abc", 3) == 3);
  CHECK(bytevector_read(t, in, buffer, 2, 8, false) == make_fixnum(3));
  CHECK(bytevector_data(buffer)[4] == 'c');
  ::close(ends[1]);
  CHECK(bytevector_read(t, in, buffer, 0, 10, false) == eof_value);
  CHECK(close_fd(test::SafePoints::of(t), in, false) == true_value);
}

TEST_CASE_FIXTURE(FilesFixture, "a pending interrupt ends a read that has no data" *
                                    needs(host::Facility::processes)) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  Value const buffer = make_bytevector(t, 10);
  t.set_value(Tc::keyboard_interrupt_pending, true_value);
  CHECK(::write(ends[1], "x", 1) == 1);
  CHECK(bytevector_read(t, make_fixnum(ends[0]), buffer, 0, 10, false) == make_fixnum(1));
  ::close(ends[1]);
  CHECK(string_utf8(bytevector_read(t, make_fixnum(ends[0]), buffer, 0, 10, false)) == "interrupt");
  ::close(ends[0]);
}

TEST_CASE_FIXTURE(FilesFixture, "ranges and handles are checked") {
  Value const buffer = make_bytevector(t, 10);
  CHECK_THROWS_AS(bytevector_read(t, make_fixnum(0), buffer, 5, 6, false), SchemeError);
  CHECK_THROWS_AS(bytevector_read(t, make_fixnum(0), buffer, -1, 1, false), SchemeError);
  CHECK_THROWS_AS(bytevector_read(t, make_fixnum(0), nil, 0, 1, false), SchemeError);
  CHECK_THROWS_AS(bytevector_read(t, nil, buffer, 0, 1, false), SchemeError);
  CHECK_THROWS_AS(bytevector_read(t, make_fixnum(99), buffer, 0, 1, true), SchemeError);
}

TEST_CASE_FIXTURE(FilesFixture, "folders, links and names") {
  CHECK(make_directory(t, path("d").c_str(), 0755) == true_value);
  CHECK(string_utf8(make_directory(t, path("d").c_str(), 0755)) == "File exists");
  CHECK(file_directoryp(t, path("d").c_str(), true));
  CHECK_FALSE(file_regularp(t, path("d").c_str(), true));
  std::ofstream(path("d/f")) << "x";
  CHECK(::symlink("nowhere", path("d/l").c_str()) == 0);
  CHECK(file_regularp(t, path("d/f").c_str(), true));
  CHECK(file_symbolic_linkp(t, path("d/l").c_str()));
  CHECK_FALSE(file_existsp(t, path("d/l").c_str(), true));
  CHECK(file_existsp(t, path("d/l").c_str(), false));
  CHECK(change_mode(t, path("d/f").c_str(), 0640) == true_value);
  CHECK(get_mode(t, path("d/f").c_str(), true) == make_fixnum(0640));
  CHECK(rename_file(t, path("d/f").c_str(), path("d/g").c_str()) == true_value);

  int entries = 0;
  bool seen = false;
  for (Value ls = directory_list(t, path("d").c_str()); is_pair(ls); ls = cdr(ls)) {
    entries++;
    Value const name = car(ls);
    seen |= bytevector_length(name) == 1 && bytevector_data(name)[0] == 'g';
  }
  CHECK(entries == 4);  // . and .. are there
  CHECK(seen);
  CHECK(string_utf8(directory_list(t, path("e").c_str())) == "No such file or directory");

  CHECK(string_utf8(delete_directory(t, path("d").c_str())) == "Directory not empty");
  CHECK(delete_file(t, path("d/g").c_str()) == true_value);
  CHECK(delete_file(t, path("d/l").c_str()) == true_value);
  CHECK(delete_directory(t, path("d").c_str()) == true_value);
}

TEST_CASE_FIXTURE(FilesFixture, "times of files") {
  std::ofstream(path("f")) << "x";
  // Before 1970, and after 2038.
  for (SignedWord when : {SignedWord{-86'400}, SignedWord{4'000'000'000}}) {
    timespec const times[2] = {{static_cast<time_t>(when), 5}, {static_cast<time_t>(when), 7}};
    if (sizeof(time_t) < 8 && when > 0x7FFFFFFF) continue;  // this file is compiled without them
    REQUIRE(::utimensat(AT_FDCWD, path("f").c_str(), times, 0) == 0);
    Value const m = path_mtime(t, path("f").c_str(), true);
    CHECK(car(m) == make_fixnum(when));
    CHECK(cdr(m) == make_fixnum(7));
    CHECK(cdr(path_atime(t, path("f").c_str(), true)) == make_fixnum(5));
  }
  CHECK(string_utf8(path_ctime(t, path("g").c_str(), true)) == "No such file or directory");
  Value const in = open_in("f");
  CHECK(fd_regularp(t, static_cast<int>(fixnum_value(in))));
  CHECK(is_pair(fd_mtime(t, static_cast<int>(fixnum_value(in)))));
  CHECK(close_fd(test::SafePoints::of(t), in, false) == true_value);
}

TEST_CASE_FIXTURE(FilesFixture, "path names") {
  CHECK(fixedpathp(t, "/a"));
  CHECK(fixedpathp(t, ""));
  CHECK(fixedpathp(t, "."));
  CHECK(fixedpathp(t, "../a"));
  CHECK_FALSE(fixedpathp(t, ".a"));
  CHECK_FALSE(fixedpathp(t, "a/b"));
  char const* const old_home = std::getenv("HOME");
  std::string const home = old_home != nullptr ? old_home : "";
  REQUIRE(::setenv("HOME", folder.c_str(), 1) == 0);
  std::ofstream(path("f")) << "x";
  CHECK(file_regularp(t, "~/f", true));
  CHECK(file_directoryp(t, "~", true));
  CHECK_FALSE(file_existsp(t, "~no-such-user-here/f", true));
  CHECK(file_directoryp(t, "~root", true));
  ::setenv("HOME", home.c_str(), 1);

  std::string const before = get_working_directory(t);
  CHECK(set_working_directory(t, folder.c_str()) == 0);
  CHECK(std::filesystem::equivalent(get_working_directory(t), folder));
  CHECK(set_working_directory(t, path("none").c_str()) != 0);
  CHECK(set_working_directory(t, before.c_str()) == 0);
}

TEST_CASE_FIXTURE(MachineFixture, "compressed bytevectors") {
  std::string const text = sample(10'000);
  Value const source = make_bytevector(t, text);
  for (int format = 0; format < 2; format++) {
    CAPTURE(format);
    auto const bound = static_cast<SignedWord>(bytevector_compress_size(t, 10'000, format));
    Value const packed = make_bytevector(t, static_cast<Word>(bound));
    Value const n = bytevector_compress(t, packed, 0, bound, source, 0, 10'000, format);
    REQUIRE(is_fixnum(n));
    CHECK(fixnum_value(n) < 5000);
    Value const again = make_bytevector(t, 10'000);
    CHECK(bytevector_uncompress(t, again, 0, 10'000, packed, 0, fixnum_value(n), format) ==
          make_fixnum(10'000));
    CHECK(std::memcmp(bytevector_data(again), text.data(), text.size()) == 0);
    // Too little room, cut off, and rubbish: never past the destination.
    CHECK(is_string(bytevector_compress(t, packed, 0, 100, source, 0, 10'000, format)));
    CHECK(is_string(bytevector_uncompress(t, again, 0, 9'999, packed, 0, fixnum_value(n), format)));
    CHECK(is_string(
        bytevector_uncompress(t, again, 0, 10'000, packed, 0, fixnum_value(n) / 2, format)));
    CHECK(is_string(bytevector_uncompress(t, again, 0, 10'000, source, 0, 10'000, format)));
    CHECK_THROWS_AS(bytevector_uncompress(t, again, 1, 10'000, packed, 0, 10, format), SchemeError);
  }
  CHECK_THROWS_AS(bytevector_compress_size(t, 1, 7), SchemeError);
}

}  // namespace
}  // namespace coracle
